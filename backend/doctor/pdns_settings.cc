#include "backend/doctor/pdns_settings.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

std::vector<std::string> Split(const std::string& text,
                               std::string_view separators) {
  std::vector<std::string> parts;
  size_t at = 0;
  for (;;) {
    at = text.find_first_not_of(separators, at);
    if (at == std::string::npos) return parts;
    const size_t end =
        std::min(text.find_first_of(separators, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
}

// As PowerDNS reads it: "yes", anything that is not "no", and a bare name.
bool IsYes(const std::string& value) { return value != "no" && value != "off"; }

class Checker {
 public:
  Checker(const PdnsSettings& settings, std::string about)
      : settings_(settings), about_(std::move(about)) {}

  Diagnostics Run() {
    CheckLaunch();
    if (!remote_ && !pipe_ && !lua2_) return findings_;
    CheckSubnets();
    CheckConsistentBackends();
    CheckZoneCache();
    CheckNegativeCache();
    if (pipe_) CheckPipe();
    for (const std::string& connection : connections_) {
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
    for (const std::string& backend : Split(Get("launch", ""), ", ")) {
      const std::string kind = backend.substr(0, backend.find(':'));
      const size_t colon = backend.find(':');
      if (kind == "remote") {
        remote_ = true;
        const std::string prefix = colon == std::string::npos
                                       ? "remote"
                                       : "remote-" + backend.substr(colon + 1);
        connections_.push_back(Get(prefix + "-connection-string", ""));
      }
      pipe_ = pipe_ || kind == "pipe";
      lua2_ = lua2_ || kind == "lua2";
    }
    if (remote_ || pipe_ || lua2_) {
      Ok("launch=" + Get("launch", ""));
      return;
    }
    Problem("launch=" + Get("launch", "") +
                " has no backend through which groupring is asked",
            "set launch=remote, and remote-connection-string as in "
            "pdns-config/remote-unix.conf");
  }

  void CheckSubnets() {
    if (IsYes(Get("edns-subnet-processing", "no"))) {
      Ok("edns-subnet-processing=yes: resolvers' clients are told apart");
      return;
    }
    Problem(
        "edns-subnet-processing=no: all clients of a resolver share one "
        "group, whatever subnet they are in",
        "set edns-subnet-processing=yes");
  }

  void CheckConsistentBackends() {
    if (IsYes(Get("consistent-backends", "yes"))) {
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
    if (pipe_ && interval != 0) {
      Problem(absl::StrFormat(
                  "zone-cache-refresh-interval=%d: the pipe backend cannot "
                  "list zones, so PowerDNS does not start",
                  interval),
              "set zone-cache-refresh-interval=0");
      return;
    }
    if (interval > 300) {
      Warn(absl::StrFormat("zone-cache-refresh-interval=%d: a new zone is "
                           "refused for so many seconds",
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
                           "somebody asked for it stays unknown for so many "
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

  void CheckPipe() {
    const long abi = Number("pipe-abi-version", 1);
    if (abi < 3) {
      Problem(absl::StrFormat("pipe-abi-version=%d: clients' subnets are not "
                              "passed on, and answers are cached for everybody",
                              abi),
              "set pipe-abi-version=5");
    } else {
      Ok(absl::StrFormat("pipe-abi-version=%d", abi));
    }
    if (Get("pipe-command", "").empty()) {
      Problem("pipe-command is not set",
              "set it to pipe_unix of groupring.toml, or to \"groupring "
              "pipe\"");
    }
  }

  void CheckConnection(const std::string& connection) {
    const std::string kind = connection.substr(0, connection.find(':'));
    std::map<std::string, std::string> options;
    if (const size_t colon = connection.find(':'); colon != std::string::npos) {
      for (const std::string& option :
           Split(connection.substr(colon + 1), ",")) {
        const size_t equals = option.find('=');
        options[option.substr(0, equals)] =
            equals == std::string::npos ? "yes" : option.substr(equals + 1);
      }
    }
    if (kind == "unix") {
      Ok("remote backend over unix socket " + options["path"]);
    } else if (kind == "http") {
      CheckHttp(options);
    } else if (kind == "pipe") {
      Warn(
          "remote backend over a coprocess: PowerDNS answers SERVFAIL until "
          "it is restarted should the coprocess ever end",
          "prefer unix:path=…, as in pdns-config/remote-unix.conf");
    } else {
      Problem("remote-connection-string=" + connection +
                  " is nothing that groupring listens on",
              "use unix:path=… as in pdns-config/remote-unix.conf");
    }
  }

  void CheckHttp(std::map<std::string, std::string>& options) {
    Ok("remote backend over HTTP " + options["url"]);
    if (options.contains("timeout") &&
        std::strtol(options["timeout"].c_str(), nullptr, 10) < 1000) {
      Problem("timeout=" + options["timeout"] +
                  " counts as 0 seconds over HTTP: every question fails",
              "set timeout=1000 or more");
    }
    if (options.contains("post_json") && !options.contains("post")) {
      Warn("post_json=1 does nothing without post=1",
           "add post=1 beside post_json=1");
    }
    if (!options["url"].ends_with("/dns") &&
        !options["url"].ends_with("/dns/")) {
      Problem("url=" + options["url"] + " is not where groupring answers",
              "use http://ADDRESS:PORT/dns");
    }
  }

  const PdnsSettings& settings_;
  const std::string about_;
  bool remote_ = false;
  bool pipe_ = false;
  bool lua2_ = false;
  std::vector<std::string> connections_;
  Diagnostics findings_;
};

}  // namespace

PdnsSettings ParsePdnsSettings(std::string_view text) {
  PdnsSettings settings;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = Trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      settings[std::string(line)] = "yes";
      continue;
    }
    const bool adds = equals > 0 && line[equals - 1] == '+';
    const std::string name(Trimmed(line.substr(0, equals - (adds ? 1 : 0))));
    const std::string value(Trimmed(line.substr(equals + 1)));
    std::string& stored = settings[name];
    stored = adds && !stored.empty() ? stored + "," + value : value;
  }
  return settings;
}

Diagnostics CheckPdnsSettings(const PdnsSettings& settings,
                              const std::string& about) {
  return Checker(settings, about).Run();
}

}  // namespace groupring::backend
