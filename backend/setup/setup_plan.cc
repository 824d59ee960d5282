#include "backend/setup/setup_plan.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "backend/doctor/pdns_connection.h"
#include "backend/setup/texts.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kSnippetName = "zz-groupring.conf";

std::string Quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

// "redis" of "[redis]  # comment"; "" when the line begins no table.
std::string_view TableOf(std::string_view line) {
  line = Trimmed(line);
  if (!line.starts_with('[')) return "";
  const size_t end = line.find(']');
  if (end == std::string_view::npos) return "";
  return Trimmed(line.substr(1, end - 1));
}

// "url" of "url = …"; "" of a comment or an empty line.
std::string_view KeyOf(std::string_view line) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) return "";
  return Trimmed(line.substr(0, equals));
}

// The other backends that PowerDNS launches.
bool LaunchesOthers(const PdnsSettings& pdns) {
  const auto launch = pdns.find("launch");
  if (launch == pdns.end()) return false;
  for (const absl::string_view backend : absl::StrSplit(
           launch->second, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    if (backend.substr(0, backend.find(':')) != "remote") return true;
  }
  return false;
}

void ReplaceFirst(std::string* text, std::string_view from, std::string_view to,
                  const std::string& with) {
  const size_t begin = text->find(from);
  const size_t end = text->find(to, begin) + to.size();
  text->replace(begin, end - begin, with);
}

std::string Connection(SetupMode mode, const Settings::Listen& listen) {
  switch (mode) {
    case SetupMode::kRemoteHttp:
      return absl::StrFormat("http:url=http://%s/dns,post=1,post_json=1,",
                             listen.http);
    case SetupMode::kRemoteUnix:
      break;
  }
  return absl::StrFormat("unix:path=%s,", listen.remote_unix);
}

// beside.conf for this host.
std::string SnippetText(SetupMode mode, const Settings::Listen& listen,
                        const PdnsSettings& pdns) {
  std::string text = kBesideConf;
  ReplaceFirst(&text, "unix:path=", ",", Connection(mode, listen));
  if (!LaunchesOthers(pdns)) {
    ReplaceFirst(&text, "# The default, said because",
                 "consistent-backends=yes",
                 "# No other backend is launched; with yes, the default, each "
                 "dynamic name would be\n# asked for twice.\n"
                 "consistent-backends=no");
  }
  return "# Written by `groupring setup`; `groupring setup --undo` takes it "
         "back.\n" +
         text;
}

absl::Status CheckListens(SetupMode mode, const Settings::Listen& listen) {
  const bool unix_socket = mode == SetupMode::kRemoteUnix;
  if (!(unix_socket ? listen.remote_unix : listen.http).empty()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "[listen] %s is \"\" in the settings, so PowerDNS cannot ask there: set "
      "it, or choose another --mode",
      unix_socket ? "remote_unix" : "http"));
}

// Whether PowerDNS' settings lead to a socket or URL of these.
absl::StatusOr<bool> IsConnected(const PdnsSettings& pdns,
                                 const Settings::Listen& listen) {
  for (const PdnsConnection& connection : ConnectionsOf(pdns)) {
    if (connection.kind == ConnectionKind::kEmbedded ||
        (!connection.place.empty() &&
         (connection.place == listen.remote_unix ||
          connection.place == listen.pipe_unix ||
          connection.place.starts_with("http://" + listen.http + "/")))) {
      return true;
    }
    if (connection.setting == "remote-connection-string") {
      return absl::FailedPreconditionError(absl::StrFormat(
          "PowerDNS has a remote backend already (%s=%s), which is not this "
          "groupring: take it out, or add ours by hand as "
          "launch+=remote:groupring with remote-groupring-connection-string",
          connection.setting, connection.value));
    }
  }
  return false;
}

}  // namespace

std::string WithSetting(const std::string& text, std::string_view section,
                        std::string_view key, std::string_view value,
                        std::vector<LineChange>* lines) {
  const std::string wanted = absl::StrFormat("%s = %s", key, Quoted(value));
  std::vector<std::string> all = absl::StrSplit(text, '\n');
  bool inside = false;
  size_t header = all.size();
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string_view table = TableOf(all[i]);
    if (!table.empty()) {
      inside = table == section;
      if (inside && header == all.size()) header = i;
    } else if (inside && KeyOf(all[i]) == key) {
      if (all[i] == wanted) return text;
      lines->push_back({all[i], wanted});
      all[i] = wanted;
      return absl::StrJoin(all, "\n");
    }
  }
  if (header < all.size()) {
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(header) + 1, wanted);
    lines->push_back({"", wanted});
    return absl::StrJoin(all, "\n");
  }
  const std::string title = absl::StrFormat("[%s]", section);
  lines->push_back({"", title});
  lines->push_back({"", wanted});
  const bool ended = text.empty() || text.ends_with('\n');
  return absl::StrFormat("%s%s\n%s\n%s\n", text, ended ? "" : "\n", title,
                         wanted);
}

std::string SnippetPath(const std::string& pdns_conf,
                        const PdnsSettings& pdns) {
  const auto include = pdns.find("include-dir");
  const std::filesystem::path directory =
      include != pdns.end() && !include->second.empty()
          ? std::filesystem::path(include->second)
          : std::filesystem::path(pdns_conf).parent_path() / "pdns.d";
  return directory / kSnippetName;
}

absl::StatusOr<SetupPlan> PlanSetup(const SetupAnswers& answers,
                                    const SetupFiles& files) {
  if (!files.pdns_conf.text) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "there is no %s: install pdns-server and pdns-backend-remote, or name "
        "PowerDNS' settings with --pdns-conf",
        files.pdns_conf.path));
  }
  SetupPlan plan;
  FileChange settings{files.settings.path,
                      files.settings.text,
                      files.settings.text.value_or(kSampleSettings),
                      {}};
  const auto set = [&](const char* section, const char* key,
                       const std::string& value) {
    settings.after =
        WithSetting(settings.after, section, key, value, &settings.lines);
  };
  set("redis", "url", answers.redis_url);
  if (!answers.socket_group.empty()) {
    set("listen", "socket_group", answers.socket_group);
  }
  if (!answers.node_name.empty()) set("node", "name", answers.node_name);
  const absl::StatusOr<Settings> checked =
      ParseSettings(settings.after, settings.path);
  if (!checked.ok()) return checked.status();
  if (settings.before != settings.after) plan.changes.push_back(settings);

  const Settings::Listen& listen = checked->listen;
  if (const absl::Status status = CheckListens(answers.mode, listen);
      !status.ok()) {
    return status;
  }
  if (!files.snippet.text) {
    const absl::StatusOr<bool> connected = IsConnected(files.pdns, listen);
    if (!connected.ok()) return connected.status();
    plan.connected = *connected;
    if (plan.connected) return plan;
  }
  const std::string snippet = SnippetText(answers.mode, listen, files.pdns);
  if (files.snippet.text != snippet) {
    plan.changes.push_back(
        {files.snippet.path, files.snippet.text, snippet, {}});
  }
  if (!files.pdns.contains("include-dir")) {
    const std::string line =
        "include-dir=" +
        std::filesystem::path(files.snippet.path).parent_path().string();
    const std::string& text = *files.pdns_conf.text;
    plan.changes.push_back(
        {files.pdns_conf.path,
         text,
         text + (text.ends_with('\n') ? "" : "\n") + line + "\n",
         {{"", line}}});
  }
  return plan;
}

SetupRecord RecordOf(const FileChange& change,
                     const std::optional<SetupRecord>& earlier) {
  SetupRecord record{change.path, change.before, change.after};
  if (earlier && earlier->after == change.before) {
    record.before = earlier->before;
  }
  return record;
}

UndoStep UndoStepOf(const SetupRecord& record,
                    const std::optional<std::string>& now) {
  if (now == record.before) return UndoStep::kNothing;
  if (now != record.after) return UndoStep::kKeep;
  return record.before ? UndoStep::kRestore : UndoStep::kRemove;
}

}  // namespace groupring::backend
