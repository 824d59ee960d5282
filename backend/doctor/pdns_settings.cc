#include "backend/doctor/pdns_settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/doctor/pdns_connection.h"
#include "backend/doctor/signing_settings.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

class Checker {
 public:
  Checker(const PdnsSettings& settings, std::string about)
      : settings_(settings),
        about_(std::move(about)),
        connections_(ConnectionsOf(settings)) {}

  Diagnostics Run() {
    CheckLaunch();
    if (connections_.empty()) return findings_;
    CheckSubnets();
    CheckConsistentBackends();
    CheckZoneCache();
    CheckNegativeCache();
    for (const PdnsConnection& connection : connections_) {
      CheckConnection(connection);
    }
    return findings_;
  }

 private:
  void Say(Severity severity, std::string what, std::string advice = "") {
    findings_.push_back({severity, DiagnosticCode::kPdnsSetting, about_,
                         std::move(what), std::move(advice)});
  }
  void Ok(std::string what) { Say(Severity::kInfo, std::move(what)); }
  void Warn(std::string what, std::string advice) {
    Say(Severity::kWarning, std::move(what), std::move(advice));
  }
  void Problem(std::string what, std::string advice) {
    Say(Severity::kError, std::move(what), std::move(advice));
  }

  std::string Get(const std::string& name, const std::string& fallback) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? fallback : found->second;
  }
  long Number(const std::string& name, long fallback) const {
    const auto found = settings_.find(name);
    if (found == settings_.end()) return fallback;
    return std::strtol(found->second.c_str(), nullptr, 10);
  }

  void CheckLaunch() {
    if (!connections_.empty()) {
      Ok("launch=" + Get("launch", ""));
      return;
    }
    Problem("launch=" + Get("launch", "") +
                " has no backend through which groupring is asked",
            "set launch=remote, and remote-connection-string as in "
            "the example remote-unix.conf");
  }

  // Whether PowerDNS has another backend to ask before groupring's.
  bool OtherBackendIsFirst() const {
    const std::string launch = Get("launch", "");
    for (const absl::string_view backend :
         absl::StrSplit(launch, absl::ByAnyChar(", "), absl::SkipEmpty())) {
      const absl::string_view type = backend.substr(0, backend.find(':'));
      return !MayBeGroupring({type.data(), type.size()});
    }
    return false;
  }

  void CheckSubnets() {
    if (IsOn(settings_, "edns-subnet-processing", false)) {
      Ok("edns-subnet-processing=yes: resolvers' clients are told apart");
      return;
    }
    Problem(
        "edns-subnet-processing=no: all clients of a resolver share one "
        "group, whatever subnet they are in",
        "set edns-subnet-processing=yes");
  }

  void CheckConsistentBackends() {
    if (IsOn(settings_, "consistent-backends", true)) {
      if (OtherBackendIsFirst()) {
        Ok("consistent-backends=yes: names of the backends before groupring "
           "are answered without it");
        return;
      }
      Warn(
          "consistent-backends=yes (the default) asks groupring twice for "
          "every query",
          "set consistent-backends=no");
      return;
    }
    Ok("consistent-backends=no");
  }

  void CheckZoneCache() {
    const long interval = Number("zone-cache-refresh-interval", 300);
    const bool has_pipe = std::any_of(
        connections_.begin(), connections_.end(), [](const auto& connection) {
          return connection.kind == ConnectionKind::kPipe;
        });
    if (has_pipe && interval != 0) {
      Problem(absl::StrFormat(
                  "zone-cache-refresh-interval=%d: the pipe backend cannot "
                  "list zones, so PowerDNS does not start",
                  interval),
              "set zone-cache-refresh-interval=0");
      return;
    }
    if (interval > 300) {
      Warn(absl::StrFormat("zone-cache-refresh-interval=%d: a new zone is "
                           "refused for that many seconds",
                           interval),
           "set it to 60, or run `pdns_control rediscover` after adding zones");
      return;
    }
    Ok(absl::StrFormat("zone-cache-refresh-interval=%d", interval));
  }

  void CheckNegativeCache() {
    const long ttl = Number("negquery-cache-ttl", 60);
    if (ttl > 30) {
      Warn(absl::StrFormat("negquery-cache-ttl=%d: a name that is added after "
                           "somebody asked for it stays unknown for that many "
                           "seconds",
                           ttl),
           "set negquery-cache-ttl=10");
    } else if (ttl == 0) {
      Warn(
          "negquery-cache-ttl=0 costs groupring another question with every "
          "query",
          "set negquery-cache-ttl=10");
    } else {
      Ok(absl::StrFormat("negquery-cache-ttl=%d", ttl));
    }
  }

  void CheckPipe(const PdnsConnection& connection) {
    if (connection.pipe_abi < 3) {
      Problem(absl::StrFormat("pipe-abi-version=%d: clients' subnets are not "
                              "passed on, and answers are cached for everybody",
                              connection.pipe_abi),
              "set pipe-abi-version=5");
    } else {
      Ok(absl::StrFormat("pipe-abi-version=%d", connection.pipe_abi));
    }
    if (connection.place.empty()) {
      Problem(connection.setting + " is not set",
              "set it to pipe_unix of groupring.toml, or to \"groupring "
              "pipe\"");
    }
  }

  // That somebody answers at the other end is for ExamineConnection.
  void CheckConnection(const PdnsConnection& connection) {
    switch (connection.kind) {
      case ConnectionKind::kRemoteHttp:
        CheckHttp(connection);
        break;
      case ConnectionKind::kRemotePipe:
        Warn(
            "remote backend over a coprocess: PowerDNS answers SERVFAIL until "
            "it is restarted should the coprocess ever end",
            "prefer unix:path=…, as in the example remote-unix.conf");
        break;
      case ConnectionKind::kOther:
        Problem(connection.setting + "=" + connection.value +
                    " is nothing that groupring listens on",
                "use unix:path=… as in the example remote-unix.conf");
        break;
      case ConnectionKind::kPipe:
        CheckPipe(connection);
        break;
      case ConnectionKind::kRemoteUnix:
      case ConnectionKind::kEmbedded:
        break;
    }
  }

  void CheckHttp(const PdnsConnection& connection) {
    const auto& options = connection.options;
    const auto timeout = options.find("timeout");
    if (timeout != options.end() &&
        std::strtol(timeout->second.c_str(), nullptr, 10) < 1000) {
      Problem("timeout=" + timeout->second +
                  " counts as 0 seconds over HTTP: every question fails",
              "set timeout=1000 or more");
    }
    if (options.contains("post_json") && !options.contains("post")) {
      Warn("post_json=1 does nothing without post=1",
           "add post=1 beside post_json=1");
    }
    if (!connection.place.ends_with("/dns") &&
        !connection.place.ends_with("/dns/")) {
      Problem("url=" + connection.place + " is not where groupring answers",
              "use http://ADDRESS:PORT/dns");
    }
  }

  const PdnsSettings& settings_;
  const std::string about_;
  const std::vector<PdnsConnection> connections_;
  Diagnostics findings_;
};

std::string_view WithoutComment(std::string_view line) {
  for (size_t at = line.find('#'); at != std::string_view::npos;
       at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
      return line.substr(0, at);
    }
  }
  return line;
}

void AddSetting(std::string_view line, PdnsSettings* settings) {
  line = Trimmed(line);
  if (line.empty()) return;
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    (*settings)[std::string(line)] = "yes";
    return;
  }
  const bool adds = equals > 0 && line[equals - 1] == '+';
  const std::string name(Trimmed(line.substr(0, equals - (adds ? 1 : 0))));
  const std::string value(Trimmed(line.substr(equals + 1)));
  std::string& stored = (*settings)[name];
  stored = adds && !stored.empty() ? stored + "," + value : value;
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return absl::NotFoundError(path + " cannot be read");
  return text.str();
}

}  // namespace

bool IsOn(const PdnsSettings& settings, const std::string& name,
          bool by_default) {
  const auto found = settings.find(name);
  if (found == settings.end()) return by_default;
  return found->second != "no" && found->second != "off";
}

bool MayBeGroupring(std::string_view type) {
  return type == "remote" || type == "pipe" || type == "lua2";
}

PdnsSettings ParsePdnsSettings(std::string_view text, PdnsSettings settings) {
  std::string line;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view part = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    line += part;
    if (line.ends_with('\\') && !text.empty()) {
      line.pop_back();
      continue;
    }
    AddSetting(WithoutComment(line), &settings);
    line.clear();
  }
  return settings;
}

absl::StatusOr<PdnsSettings> ReadPdnsSettings(const std::string& path,
                                              std::vector<std::string>* files) {
  const absl::StatusOr<std::string> text = ReadText(path);
  if (!text.ok()) return text.status();
  files->push_back(path);
  PdnsSettings settings = ParsePdnsSettings(*text);
  const auto include = settings.find("include-dir");
  if (include == settings.end() || include->second.empty()) return settings;

  std::vector<std::string> included;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(include->second, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.ends_with(".conf") && !name.starts_with('.')) {
      included.push_back(entry->path());
    }
  }
  if (error) {
    return absl::NotFoundError(
        absl::StrFormat("include-dir=%s of %s cannot be read: %s",
                        include->second, path, error.message()));
  }
  std::sort(included.begin(), included.end());
  for (const std::string& file : included) {
    const absl::StatusOr<std::string> more = ReadText(file);
    if (!more.ok()) return more.status();
    settings = ParsePdnsSettings(*more, std::move(settings));
    files->push_back(file);
  }
  return settings;
}

Diagnostics CheckPdnsSettings(const PdnsSettings& settings,
                              const std::string& about) {
  Diagnostics findings = Checker(settings, about).Run();
  for (Diagnostic& one : CheckSigningSettings(settings, about)) {
    findings.push_back(std::move(one));
  }
  return findings;
}

}  // namespace groupring::backend
