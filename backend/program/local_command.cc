#include "backend/program/local_command.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/handover/fd_channel.h"
#include "backend/handover/messages.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "redis/base/clock.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::milliseconds kAnswerLimit{5000};

absl::StatusOr<std::string> RequestFor(const std::string& group,
                                       const std::string* until,
                                       std::string who,
                                       const std::string& reason) {
  const absl::Status called = CheckGroupName(group);
  if (!called.ok()) return called;
  if (until == nullptr) return absl::StrFormat("%s %s", kEnableHere, group);
  if (until->empty()) {
    return absl::InvalidArgumentError(
        "--local: expected an end, such as --until +1h: what holds on one node "
        "only is easily forgotten");
  }
  // The node counts in Redis' time, which this command cannot ask for.
  const int64_t now = SystemClock().UnixMillis() / 1000;
  const auto end = ParseUntil(*until, now);
  if (!end.ok()) return end.status();
  std::replace(who.begin(), who.end(), ' ', '_');
  return absl::StrFormat("%s %s %d %s %s", kDisableHere, group, *end - now, who,
                         Printable(reason));
}

}  // namespace

int ChangeHere(const Arguments& given, const std::string* until,
               const std::string& who, const std::string& reason) {
  const absl::StatusOr<std::string> request =
      RequestFor(given.Text("group"), until, who, reason);
  if (!request.ok()) return Fail(request.status());
  const absl::StatusOr<Settings> settings = SettingsFor(ProgramOptions(given));
  if (!settings.ok()) return Fail(settings.status());
  if (settings->listen.control.empty()) {
    return Fail(absl::FailedPreconditionError(
        "[listen] control is \"\": there is no way to the daemon of this "
        "host"));
  }
  absl::StatusOr<FdChannel> channel =
      FdChannel::Connect(settings->listen.control);
  if (!channel.ok()) {
    return Fail(
        absl::Status(channel.status().code(),
                     absl::StrFormat("no daemon of groupring serves here (%s)",
                                     std::string(channel.status().message()))));
  }
  const absl::Status sent = channel->Send(*request);
  if (!sent.ok()) return Fail(sent);
  const absl::StatusOr<FdChannel::Message> answer =
      channel->Receive(kAnswerLimit);
  if (!answer.ok()) return Fail(answer.status());
  const auto [verb, rest] = SplitVerb(answer->text);
  if (verb == kDone) {
    Print(absl::StrFormat("%s\n", rest));
    return kExitDone;
  }
  PrintError(std::string(rest));
  return verb == kRefusedWord ? kExitRefused : kExitFailed;
}

}  // namespace groupring::backend
