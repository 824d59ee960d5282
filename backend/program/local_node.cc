#include "backend/program/local_node.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/api/read_commands.h"
#include "backend/handover/fd_channel.h"
#include "backend/handover/memory_file.h"
#include "backend/handover/messages.h"
#include "backend/node/options.h"
#include "backend/state/condensed_json.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::milliseconds kLimit{5000};

// How long it may be behind, and how often it is asked until then.
constexpr std::chrono::milliseconds kCatchUp{1000};
constexpr std::chrono::milliseconds kAskAgain{10};

struct Shown {
  std::string text;
  int process = 0;
};

absl::StatusOr<Shown> Ask(const std::string& control,
                          const std::string& command) {
  absl::StatusOr<FdChannel> channel = FdChannel::Connect(control);
  if (absl::IsPermissionDenied(channel.status())) {
    return absl::PermissionDeniedError(
        std::string(channel.status().message()) +
        "; run this as root or as the user of groupring serve");
  }
  if (!channel.ok()) {
    return absl::Status(
        channel.status().code(),
        absl::StrFormat("no groupring serves here (%s)",
                        std::string(channel.status().message())));
  }
  RETURN_IF_ERROR(channel->Send(absl::StrFormat("%s %s", kShow, command)));
  ASSIGN_OR_RETURN(const FdChannel::Message message, channel->Receive(kLimit));
  const auto [verb, rest] = SplitVerb(message.text);
  if (verb != kShown || message.fds.empty()) {
    const bool is_behind = rest.starts_with(kBehind);
    return absl::Status(
        is_behind ? absl::StatusCode::kUnavailable
                  : absl::StatusCode::kFailedPrecondition,
        absl::StrFormat("process %d does not tell: %s", channel->peer(), rest));
  }
  ASSIGN_OR_RETURN(std::string text, ReadMemoryFile(message.fds[0].get()));
  return Shown{std::move(text), static_cast<int>(channel->peer())};
}

// The answer to a command that lists groups as JSON, with all its pages; or why
// there is none, in the node's words.
absl::StatusOr<std::string> AskForAllPages(const std::string& control,
                                           const std::string& command) {
  std::string groups;
  std::string after;
  do {
    ASSIGN_OR_RETURN(
        const Shown shown,
        Ask(control, command + (after.empty() ? "" : " --after " + after)));
    after = AddGroupPage(shown.text, &groups);
    if (groups.empty()) return shown.text;
  } while (!after.empty());
  return groups;
}

absl::StatusOr<std::string> AskForGroupTable(const std::string& control) {
  ASSIGN_OR_RETURN(
      const Shown shown,
      Ask(control, absl::StrFormat("group list --limit %d", kMostListed)));
  return shown.text;
}

absl::StatusOr<std::string> ControlOf(const Settings& settings) {
  if (!settings.listen.control.empty()) return settings.listen.control;
  return absl::FailedPreconditionError(
      "[listen] control is \"\": there is no way to the running process");
}

}  // namespace

absl::StatusOr<std::string> AskLocalNode(const CommandOptions& options,
                                         const std::string& command) {
  ASSIGN_OR_RETURN(const Settings settings, SettingsFor(options));
  ASSIGN_OR_RETURN(const std::string control, ControlOf(settings));
  ASSIGN_OR_RETURN(Shown shown, Ask(control, command));
  return std::move(shown.text);
}

absl::StatusOr<std::string> AskLocalNodeForStats(
    const CommandOptions& options) {
  ASSIGN_OR_RETURN(const Settings settings, SettingsFor(options));
  ASSIGN_OR_RETURN(const std::string control, ControlOf(settings));
  return AskForAllPages(control, "stats --json");
}

absl::StatusOr<LocalView> AskLocalNode(const CommandOptions& options,
                                       bool json) {
  ASSIGN_OR_RETURN(const Settings settings, SettingsFor(options));
  ASSIGN_OR_RETURN(const std::string control, ControlOf(settings));
  ASSIGN_OR_RETURN(const Shown status,
                   Ask(control, json ? "status --json" : "status"));
  ASSIGN_OR_RETURN(std::string groups,
                   json ? AskForAllPages(control, "group list --json")
                        : AskForGroupTable(control));
  return LocalView{NodeName(settings), status.process, status.text,
                   std::move(groups)};
}

absl::StatusOr<redis::CondensedNames> AskLocalNames(
    const CommandOptions& options, int64_t generation) {
  ASSIGN_OR_RETURN(const Settings settings, SettingsFor(options));
  ASSIGN_OR_RETURN(const std::string control, ControlOf(settings));
  const std::string request = absl::StrFormat("%s %d", kTellNames, generation);
  const auto end = std::chrono::steady_clock::now() + kCatchUp;
  absl::StatusOr<Shown> shown = Ask(control, request);
  // A change that was just made reaches it within milliseconds.
  while (absl::IsUnavailable(shown.status()) &&
         std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kAskAgain);
    shown = Ask(control, request);
  }
  if (!shown.ok()) return shown.status();
  return CondensedFromText(shown->text);
}

}  // namespace groupring::backend
