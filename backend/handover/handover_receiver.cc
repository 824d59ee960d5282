#include "backend/handover/handover_receiver.h"

#include <string_view>

#include "absl/strings/str_format.h"
#include "backend/handover/memory_file.h"
#include "backend/handover/messages.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// The process that serves is at work on its own; it gets to us in between.
constexpr milliseconds kOfferLimit{10000};

// The other one first waits for requests that are being answered.
constexpr milliseconds kSuspendLimit{5000};

absl::Status Unexpected(std::string_view text) {
  return absl::InternalError(
      absl::StrFormat("the running process says '%s', which this version does "
                      "not understand",
                      text));
}

}  // namespace

absl::StatusOr<Offer> HandoverReceiver::Ask() {
  absl::Status status = channel_.Send(kTakeOver);
  if (!status.ok()) return status;
  Offer offer;
  for (;;) {
    absl::StatusOr<FdChannel::Message> message = channel_.Receive(kOfferLimit);
    if (!message.ok()) return message.status();
    const auto [verb, rest] = SplitVerb(message->text);
    if (verb == kRefusedWord) {
      return absl::FailedPreconditionError(std::string(rest));
    }
    if (verb == kListener && message->fds.size() == 1) {
      const auto [setting, ours] = SplitVerb(rest);
      offer.listeners.push_back(
          {std::string(setting), std::move(message->fds[0]), ours == "1"});
    } else if (verb == kDataset && message->fds.size() == 1) {
      absl::StatusOr<std::string> text = ReadMemoryFile(message->fds[0].get());
      if (!text.ok()) return text.status();
      offer.dataset = *std::move(text);
    } else if (verb == kOffered) {
      offer.follows_redis = rest == "1";
      return offer;
    } else {
      return Unexpected(message->text);
    }
  }
}

void HandoverReceiver::Fail(const std::string& reason) {
  channel_.Send(absl::StrFormat("%s %s", kFailedWord, reason)).IgnoreError();
}

absl::StatusOr<HandedConnections> HandoverReceiver::TakeConnections() {
  absl::Status status = channel_.Send(kReady);
  if (!status.ok()) return status;
  FileDescriptor record;
  std::vector<FileDescriptor> sockets;
  for (;;) {
    absl::StatusOr<FdChannel::Message> message =
        channel_.Receive(kSuspendLimit);
    if (!message.ok()) return message.status();
    const auto [verb, rest] = SplitVerb(message->text);
    if (verb == kRecord && message->fds.size() == 1) {
      record = std::move(message->fds[0]);
    } else if (verb == kSockets) {
      for (FileDescriptor& fd : message->fds) sockets.push_back(std::move(fd));
    } else if (verb == kAll) {
      return ReadConnections(record.get(), std::move(sockets));
    } else if (verb == kRefusedWord) {
      return absl::FailedPreconditionError(std::string(rest));
    } else {
      return Unexpected(message->text);
    }
    // The kernel bounds how many descriptors may be under way.
    status = channel_.Send(kMore);
    if (!status.ok()) return status;
  }
}

absl::Status HandoverReceiver::Commit() { return channel_.Send(kTaken); }

void HandoverReceiver::AwaitEnd(milliseconds limit) {
  channel_.Receive(limit).IgnoreError();
  channel_.Close();
}

}  // namespace groupring::backend
