// `groupring setup`: settings and a file for PowerDNS, written, checked and
// taken back.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/setup_files.h"
#include "backend/program/setup_host.h"
#include "backend/setup/setup_plan.h"
#include "backend/setup/texts.h"

namespace groupring::backend {
namespace {

// Asks on standard error what was not given; without a terminal, and where the
// operator has said yes to everything, the suggestion is the answer.
class Dialogue {
 public:
  // What is wrong with an answer.
  using Judge = std::function<absl::Status(const std::string& answer)>;

  explicit Dialogue(bool asks) : asks_(asks && isatty(STDIN_FILENO) == 1) {}

  bool asks() const { return asks_; }

  // Asks again while the answer is wrong. Without somebody to ask, and at the
  // end of the input, that is the error.
  absl::StatusOr<std::string> Ask(const std::string& what,
                                  const std::string& given,
                                  const std::string& suggestion,
                                  const Judge& judge) const {
    const bool asks = asks_ && given.empty();
    for (;;) {
      std::string answer = given.empty() ? suggestion : given;
      if (asks) {
        std::optional<std::string> line =
            ReadLine(absl::StrFormat("%s [%s]: ", what, suggestion));
        if (!line) return absl::CancelledError("nothing was written");
        if (!line->empty()) answer = *std::move(line);
      }
      absl::Status status = judge(answer);
      if (status.ok()) return answer;
      if (!asks) return status;
      PrintError(std::string(status.message()));
    }
  }

  static bool Agrees(const std::string& question) {
    const std::optional<std::string> line = ReadLine(question + " [y/N]: ");
    return line == "y" || line == "Y" || line == "yes";
  }

 private:
  // Nothing at the end of the input.
  static std::optional<std::string> ReadLine(const std::string& prompt) {
    std::fputs(prompt.c_str(), stderr);
    std::string line;
    if (!std::getline(std::cin, line)) {
      std::fputs("\n", stderr);
      return std::nullopt;
    }
    return line;
  }

  bool asks_;
};

absl::StatusOr<SetupMode> ModeFor(const std::string& word) {
  if (word == "remote-unix") return SetupMode::kRemoteUnix;
  if (word == "remote-http") return SetupMode::kRemoteHttp;
  return absl::InvalidArgumentError(absl::StrFormat(
      "--mode %s: expected remote-unix or remote-http; the other modes have a "
      "pdns.conf of their own in /usr/share/doc/groupring/examples",
      word));
}

std::string Value(const PdnsSettings& pdns, const char* name) {
  const auto found = pdns.find(name);
  return found == pdns.end() ? "" : found->second;
}

// The lines of a text without comments and empty ones.
std::string LinesThatCount(const std::string& text) {
  std::string result;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    const std::string line = text.substr(at, end - at);
    if (!line.empty() && line[0] != '#') result += "  + " + line + "\n";
    at = end + 1;
  }
  return result;
}

std::string Shown(const FileChange& change) {
  std::string text = change.path + (change.before ? "\n" : " (new)\n");
  if (change.lines.empty()) return text + LinesThatCount(change.after);
  for (const LineChange& line : change.lines) {
    if (!line.before.empty()) text += "  - " + line.before + "\n";
    text += "  + " + line.after + "\n";
  }
  return text;
}

struct Places {
  std::string settings_file;
  std::string pdns_conf;
};

// On a terminal a Redis that does not answer is asked for again, until the same
// one is named twice.
absl::StatusOr<std::string> AskForRedis(const Settings& settings,
                                        const std::string& given,
                                        const Dialogue& dialogue) {
  std::string named = given.empty() ? SuggestedRedis(settings) : given;
  const std::string suggestion = named;
  return dialogue.Ask("Redis", given, suggestion, [&](const std::string& url) {
    const bool again = std::exchange(named, url) == url;
    const absl::Status tried = TryRedis(settings, url);
    if (!tried.ok()) {
      absl::Status status = absl::FailedPreconditionError(
          "Redis does not answer there yet: " + std::string(tried.message()));
      if (!again) return status;
      PrintError(std::string(status.message()));
    } else if (BarsTheDaemon(url)) {
      PrintError(absl::StrFormat(
          "user %s may not connect to this socket: make it a member of the "
          "socket's group (usermod --append --groups redis %s), and restart "
          "groupring",
          kDaemonUser, kDaemonUser));
    }
    return absl::OkStatus();
  });
}

absl::Status AskAll(const Arguments& arguments, const Settings& settings,
                    const PdnsSettings& pdns, const Dialogue& dialogue,
                    SetupAnswers* answers) {
  const auto redis = AskForRedis(settings, arguments.Text("--redis"), dialogue);
  if (!redis.ok()) return redis.status();
  answers->redis_url = *redis;

  const auto mode = dialogue.Ask(
      "How PowerDNS asks, remote-unix or remote-http", arguments.Text("--mode"),
      "remote-unix",
      [](const std::string& word) { return ModeFor(word).status(); });
  if (!mode.ok()) return mode.status();
  answers->mode = *ModeFor(*mode);

  const std::string setuid = Value(pdns, "setuid");
  const std::string setgid = Value(pdns, "setgid");
  const auto user = dialogue.Ask(
      "PowerDNS' user", arguments.Text("--pdns-user"),
      setuid.empty() ? "pdns" : setuid, [&](const std::string& name) {
        return GroupOfUser(name, setgid).status();
      });
  if (!user.ok()) return user.status();
  auto group = GroupOfUser(*user, setgid);
  if (!group.ok()) return group.status();
  answers->socket_group = *std::move(group);

  const std::string usual =
      settings.node.name.empty() ? "the host's name" : settings.node.name;
  const auto node =
      dialogue.Ask("This node's name", arguments.Text("--node"), usual,
                   [](const std::string&) { return absl::OkStatus(); });
  if (!node.ok()) return node.status();
  if (*node != usual) answers->node_name = *node;
  return absl::OkStatus();
}

absl::StatusOr<SetupPlan> MakePlan(const Arguments& arguments,
                                   const Places& places,
                                   const Dialogue& dialogue) {
  SetupFiles files;
  const auto settings_text = ReadIfThere(places.settings_file);
  if (!settings_text.ok()) return settings_text.status();
  files.settings = {places.settings_file, *settings_text};
  const auto settings = ParseSettings(settings_text->value_or(kSampleSettings),
                                      places.settings_file);
  if (!settings.ok()) return settings.status();
  const auto pdns_text = ReadIfThere(places.pdns_conf);
  if (!pdns_text.ok()) return pdns_text.status();
  files.pdns_conf = {places.pdns_conf, *pdns_text};
  if (pdns_text->has_value()) {
    std::vector<std::string> read;
    auto pdns = ReadPdnsSettings(places.pdns_conf, &read);
    if (!pdns.ok()) return pdns.status();
    files.pdns = *std::move(pdns);
  }
  files.snippet.path = SnippetPath(places.pdns_conf, files.pdns);
  const auto snippet = ReadIfThere(files.snippet.path);
  if (!snippet.ok()) return snippet.status();
  files.snippet.text = *snippet;

  SetupAnswers answers;
  if (absl::Status status =
          AskAll(arguments, *settings, files.pdns, dialogue, &answers);
      !status.ok()) {
    return status;
  }
  return PlanSetup(answers, files);
}

// Only root may be sure that what it reads and writes is all there is.
absl::Status WriteChanges(const SetupPlan& plan, const Places& places) {
  const SetupRecords records(places.settings_file);
  const auto earlier = records.Read();
  if (!earlier.ok()) return earlier.status();
  for (const FileChange& change : plan.changes) {
    std::optional<SetupRecord> former;
    for (const SetupRecord& record : *earlier) {
      if (record.path == change.path) former = record;
    }
    const SetupRecord record = RecordOf(change, former);
    absl::Status status = records.Keep(record);
    if (status.ok()) {
      status = ReplaceFile(change.path, change.after,
                           change.path != places.settings_file);
    }
    if (!status.ok()) return status;
    std::string line = "wrote " + change.path;
    if (record.before) {
      const auto copy = records.CopyOf(change.path);
      if (copy.ok()) line += "; as it was: " + *copy;
    }
    Print(line + "\n");
  }
  return absl::OkStatus();
}

int Undo(const Arguments& arguments, const Places& places,
         const Dialogue& dialogue) {
  const SetupRecords records(places.settings_file);
  auto kept = records.Read();
  if (!kept.ok()) return Fail(kept.status());
  if (kept->empty()) {
    Print("nothing to take back: there is nothing in " + records.directory() +
          "\n");
    return kExitDone;
  }
  std::vector<std::pair<SetupRecord, UndoStep>> steps;
  for (size_t i = kept->size(); i-- > 0;) {
    SetupRecord& record = (*kept)[i];
    const auto now = ReadIfThere(record.path);
    if (!now.ok()) return Fail(now.status());
    const UndoStep step = UndoStepOf(record, *now);
    steps.emplace_back(std::move(record), step);
  }
  bool all = true;
  for (const auto& [record, step] : steps) {
    switch (step) {
      case UndoStep::kNothing:
        Print(record.path + ": is as it was already\n");
        break;
      case UndoStep::kRestore:
        Print(record.path + ": back to what it was\n");
        break;
      case UndoStep::kRemove:
        Print(record.path + ": removed\n");
        break;
      case UndoStep::kKeep: {
        all = false;
        const auto copy = records.CopyOf(record.path);
        PrintError(absl::StrFormat(
            "%s was changed after setup wrote it and stays as it is%s",
            record.path,
            record.before && copy.ok() ? "; as it was before: " + *copy
                                       : "; before it was not there"));
        break;
      }
    }
  }
  if (arguments.Has("--dry-run")) return kExitDone;
  if (!arguments.Has("--yes") &&
      !(dialogue.asks() && Dialogue::Agrees("Take it back?"))) {
    PrintError("nothing is taken back without --yes");
    return dialogue.asks() ? kExitDone : kExitFailed;
  }
  for (const auto& [record, step] : steps) {
    if (step == UndoStep::kKeep) continue;
    absl::Status status = absl::OkStatus();
    if (step == UndoStep::kRestore) {
      status = ReplaceFile(record.path, *record.before,
                           record.path != places.settings_file);
    } else if (step == UndoStep::kRemove && unlink(record.path.c_str()) != 0) {
      status =
          absl::FailedPreconditionError(record.path + " cannot be removed");
    }
    if (status.ok()) status = records.Forget(record.path);
    if (!status.ok()) return Fail(status);
  }
  Print(
      "for it to take effect: systemctl restart pdns; systemctl reload "
      "groupring\n");
  return all ? kExitDone : kExitFailed;
}

bool Runs(const char* command) {
  Print(std::string("# ") + command + "\n");
  if (std::system(command) == 0) return true;
  PrintError(std::string("failed: ") + command);
  return false;
}

bool Start() {
  return Runs("systemctl enable groupring") &&
         Runs("systemctl reload-or-restart groupring") &&
         Runs("systemctl restart pdns");
}

int Check(const Arguments& arguments, const Places& places) {
  Arguments doctor;
  doctor.values["--config"].text = places.settings_file;
  doctor.values["--pdns-conf"].text = places.pdns_conf;
  doctor.values["--dns"].text = arguments.Text("--dns");
  for (const char* other : {"--pdns-control", "--json", "--check"}) {
    doctor.values[other].is_set = false;
  }
  doctor.values["--socket-dir"].text = "";
  return Doctor(doctor);
}

}  // namespace

int Setup(const Arguments& arguments) {
  Places places;
  places.settings_file = FindSettings(ProgramOptions(arguments)).file;
  if (places.settings_file.empty()) {
    places.settings_file = std::string(kDefaultSettingsFile);
  }
  places.pdns_conf = arguments.Text("--pdns-conf");
  // What is written down has to be found from any working directory.
  for (std::string* path : {&places.settings_file, &places.pdns_conf}) {
    if (!path->empty()) *path = std::filesystem::absolute(*path);
  }
  const bool yes = arguments.Has("--yes");
  const bool dry = arguments.Has("--dry-run");
  const Dialogue dialogue(!yes && !dry);
  if (arguments.Has("--undo")) return Undo(arguments, places, dialogue);

  const auto plan = MakePlan(arguments, places, dialogue);
  if (!plan.ok()) return Fail(plan.status());
  if (plan->connected) {
    Print(
        "PowerDNS' settings lead to this groupring already and stay as they "
        "are\n");
  }
  for (const FileChange& change : plan->changes) Print(Shown(change));
  if (plan->changes.empty()) Print("nothing to write\n");
  if (dry) return kExitDone;
  if (!plan->changes.empty()) {
    if (!yes && !(dialogue.asks() && Dialogue::Agrees("Write this?"))) {
      PrintError("nothing is written without --yes");
      return dialogue.asks() ? kExitDone : kExitFailed;
    }
    if (const absl::Status status = WriteChanges(*plan, places); !status.ok()) {
      return Fail(status);
    }
    Print("to take it back: groupring setup --undo\n");
  }
  const bool start =
      arguments.Has("--start") ||
      (dialogue.asks() &&
       Dialogue::Agrees("Start groupring, and restart PowerDNS, now?"));
  if (start) {
    if (!Start()) return kExitFailed;
  } else if (!plan->changes.empty()) {
    Print(
        "for it to take effect: systemctl enable groupring; systemctl "
        "reload-or-restart groupring; systemctl restart pdns\n");
  }
  return Check(arguments, places);
}

}  // namespace groupring::backend
