#include <chrono>
#include <string>

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/handover/fd_channel.h"
#include "backend/handover/messages.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"

namespace groupring::backend {
namespace {

// How long the running process may take to stop after the new one is ready.
constexpr std::chrono::milliseconds kEndLimit{15000};

absl::StatusOr<FdChannel> ConnectTo(const std::string& control) {
  if (control.empty()) {
    return absl::FailedPreconditionError(
        "[listen] control is \"\": there is no way to the running process");
  }
  absl::StatusOr<FdChannel> channel = FdChannel::Connect(control);
  if (channel.ok()) return channel;
  return absl::Status(
      channel.status().code(),
      absl::StrFormat("no groupring serves here that could be replaced (%s)",
                      std::string(channel.status().message())));
}

}  // namespace

int Replace(const Arguments& arguments) {
  const absl::StatusOr<Settings> settings =
      SettingsFor(ProgramOptions(arguments));
  if (!settings.ok()) return Fail(settings.status());
  const absl::StatusOr<int64_t> seconds =
      ParseDuration(arguments.Text("--timeout"), "--timeout");
  if (!seconds.ok()) return Fail(seconds.status());
  absl::StatusOr<FdChannel> channel = ConnectTo(settings->listen.control);
  if (!channel.ok()) return Fail(channel.status());

  const auto limit = std::chrono::seconds(*seconds);
  const absl::Status sent = channel->Send(absl::StrFormat(
      "%s %d", kReplace, std::chrono::milliseconds(limit).count()));
  // Who did not even listen may have said why.
  const absl::StatusOr<FdChannel::Message> answer = channel->Receive(
      sent.ok() ? limit + kEndLimit : std::chrono::milliseconds(0));
  if (!answer.ok()) return Fail(sent.ok() ? answer.status() : sent);
  const auto [verb, rest] = SplitVerb(answer->text);
  if (verb == kReplaced) {
    PrintProse(absl::StrFormat("process %d is replaced by process %s",
                               channel->peer(), rest));
    return kExitDone;
  }
  PrintProse(absl::StrFormat("not replaced, process %d goes on: %s",
                             channel->peer(), rest));
  return verb == kRefusedWord ? kExitRefused : kExitFailed;
}

}  // namespace groupring::backend
