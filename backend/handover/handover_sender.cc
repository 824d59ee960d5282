#include "backend/handover/handover_sender.h"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/handover/connection_records.h"
#include "backend/handover/memory_file.h"
#include "backend/handover/messages.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// How many silent clients are kept, and for how long. If there are more, the
// one that has been silent for longest is refused.
constexpr size_t kMaxClients = 16;
constexpr milliseconds kSilenceLimit{5000};

// The pause before the next accept() after one for which not even the reserved
// descriptor was free.
constexpr milliseconds kAcceptPause{1000};

constexpr milliseconds kStrangerLimit{60000};
constexpr milliseconds kMinLimit{1};
constexpr milliseconds kMaxLimit{3600 * 1000};
constexpr milliseconds kAtOnce{0};

std::string Reason(std::string_view verb, std::string_view reason) {
  return absl::StrFormat("%s %s", verb, reason);
}

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

}  // namespace

HandoverSender::HandoverSender(int control, HandoverHost* host,
                               const Clock* clock, LogSink log)
    : control_(control), host_(host), clock_(clock), log_(std::move(log)) {}

HandoverSender::~HandoverSender() {
  if (attempt_) Abandon("the running process is ending");
}

void HandoverSender::AppendWaits(std::vector<pollfd>* waits) const {
  if (control_ >= 0 && !accepts_again_) {
    waits->push_back({control_, POLLIN, 0});
  }
  for (const Client& client : clients_) {
    waits->push_back({client.channel.fd(), POLLIN, 0});
  }
  if (attempt_ && attempt_->channel.valid()) {
    waits->push_back({attempt_->channel.fd(), POLLIN, 0});
  }
}

std::optional<std::chrono::steady_clock::time_point> HandoverSender::deadline()
    const {
  std::optional<std::chrono::steady_clock::time_point> first = accepts_again_;
  const auto add = [&first](std::chrono::steady_clock::time_point one) {
    first = std::min(first.value_or(one), one);
  };
  if (attempt_) add(attempt_->begin + attempt_->limit);
  if (!clients_.empty()) add(clients_.front().since + kSilenceLimit);
  return first;
}

bool HandoverSender::Turn() {
  Accept();
  ReadClients();
  if (attempt_ && attempt_->channel.valid() && ReadReceiver()) return true;
  if (attempt_ && clock_->Steady() >= attempt_->begin + attempt_->limit) {
    Abandon(absl::StrFormat("the new process %d was not ready within %d ms",
                            attempt_->process, attempt_->limit.count()));
  }
  return false;
}

void HandoverSender::Accept() {
  if (control_ < 0) return;
  const auto now = clock_->Steady();
  if (accepts_again_ && now < *accepts_again_) return;
  accepts_again_.reset();
  FileDescriptor fd;
  const Acceptor::Outcome outcome = acceptor_.Accept(control_, &fd);
  if (outcome == Acceptor::Outcome::kNobody) return;
  if (!fd.valid()) {
    accepts_again_ = now + kAcceptPause;
    return;
  }
  FdChannel client(std::move(fd));
  if (outcome == Acceptor::Outcome::kNoDescriptors) {
    client
        .Send(Reason(kRefusedWord,
                     "the running process is out of file descriptors"))
        .IgnoreError();
    return;
  }
  if (clients_.size() >= kMaxClients) {
    clients_.front()
        .channel.Send(Reason(kRefusedWord, "others came, and nothing was said"))
        .IgnoreError();
    clients_.pop_front();
  }
  clients_.push_back({std::move(client), now});
}

void HandoverSender::ReadClients() {
  const auto now = clock_->Steady();
  for (auto client = clients_.begin(); client != clients_.end();) {
    const absl::StatusOr<FdChannel::Message> message =
        client->channel.Receive(kAtOnce);
    if (absl::IsDeadlineExceeded(message.status())) {
      if (now < client->since + kSilenceLimit) {
        ++client;
        continue;
      }
      client->channel.Send(Reason(kRefusedWord, "nothing was said for 5 s"))
          .IgnoreError();
    } else if (message.ok()) {
      Answer(std::move(client->channel), message->text);
    }
    client = clients_.erase(client);
  }
}

void HandoverSender::Answer(FdChannel client, const std::string& text) {
  if (text == kTakeOver) {
    if (IsBusy(&client)) return;
    const std::string objection = host_->ObjectionToStranger();
    if (!objection.empty()) {
      client.Send(Reason(kRefusedWord, objection)).IgnoreError();
      return;
    }
    attempt_.emplace(Attempt());
    attempt_->process = client.peer();
    attempt_->channel = std::move(client);
    attempt_->begin = clock_->Steady();
    attempt_->limit = kStrangerLimit;
    host_->ReplacementBegins();
    SendOffer();
    return;
  }
  const std::string show = std::string(kShow) + " ";
  if (text.starts_with(show)) {
    Show(std::move(client), std::string_view(text).substr(show.size()));
    return;
  }
  const std::string prefix = std::string(kReplace) + " ";
  int64_t millis = 0;
  if (text.rfind(prefix, 0) == 0 &&
      std::from_chars(text.data() + prefix.size(), text.data() + text.size(),
                      millis)
              .ec == std::errc()) {
    if (IsBusy(&client)) return;
    BeginReplace(std::move(client),
                 std::clamp(milliseconds(millis), kMinLimit, kMaxLimit));
    return;
  }
  // A successor in the making has its copy of everything already.
  if (IsBusy(&client)) return;
  const std::string answer = host_->AnswerRequest(text);
  client
      .Send(answer.empty() ? Reason(kRefusedWord,
                                    "this version of groupring does not know "
                                    "the request")
                           : answer)
      .IgnoreError();
}

void HandoverSender::Show(FdChannel client, std::string_view command) {
  const absl::StatusOr<std::string> answer = host_->AnswerCommand(command);
  const absl::StatusOr<FileDescriptor> file =
      answer.ok() ? MakeMemoryFile(*answer)
                  : absl::StatusOr<FileDescriptor>(answer.status());
  // The client that asked may have left meanwhile.
  if (file.ok()) {
    client.Send(kShown, {file->get()}).IgnoreError();
  } else {
    client.Send(Reason(kFailedWord, Message(file.status()))).IgnoreError();
  }
}

bool HandoverSender::IsBusy(FdChannel* client) {
  if (!attempt_) return false;
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(
      clock_->Steady() - attempt_->begin);
  client
      ->Send(
          Reason(kRefusedWord,
                 absl::StrFormat("a replacement by process %d is under way "
                                 "for %d s; wait for it, or end that process",
                                 attempt_->process, since.count())))
      .IgnoreError();
  return true;
}

void HandoverSender::BeginReplace(FdChannel requester, milliseconds limit) {
  auto channels = FdChannel::Pair();
  const absl::StatusOr<pid_t> child =
      channels.ok() ? host_->StartSuccessor(std::move(channels->second))
                    : channels.status();
  if (!child.ok()) {
    log_(Severity::kError, "not replaced: " + Message(child.status()));
    requester.Send(Reason(kFailedWord, Message(child.status()))).IgnoreError();
    return;
  }
  attempt_.emplace(Attempt());
  attempt_->channel = std::move(channels->first);
  attempt_->requester = std::move(requester);
  attempt_->process = *child;
  attempt_->child = true;
  attempt_->begin = clock_->Steady();
  attempt_->limit = limit;
  log_(Severity::kInfo,
       absl::StrFormat("to be replaced by process %d, once it is ready",
                       *child));
  host_->ReplacementBegins();
}

void HandoverSender::SendOffer() {
  absl::Status status;
  for (const HandedListener& listener : host_->ShareListeners()) {
    status = attempt_->channel.Send(
        absl::StrFormat("%s %s %d", kListener, listener.setting,
                        listener.ours ? 1 : 0),
        {listener.fd.get()});
    if (!status.ok()) break;
  }
  const std::string dataset = host_->EncodedDataset();
  if (status.ok() && !dataset.empty()) {
    const absl::StatusOr<FileDescriptor> file = MakeMemoryFile(dataset);
    status = file.ok() ? attempt_->channel.Send(kDataset, {file->get()})
                       : file.status();
  }
  if (status.ok()) {
    status = attempt_->channel.Send(
        absl::StrFormat("%s %d", kOffered, host_->FollowsRedis() ? 1 : 0));
  }
  attempt_->asked = true;
  if (!status.ok()) Abandon(Message(status));
}

bool HandoverSender::ReadReceiver() {
  const absl::StatusOr<FdChannel::Message> message =
      attempt_->channel.Receive(kAtOnce);
  if (absl::IsDeadlineExceeded(message.status())) return false;
  if (!message.ok()) {
    attempt_->channel.Close();
    // How a child ended is said when it is known: at once, as a rule.
    if (!attempt_->child) {
      Abandon(absl::StrFormat("process %d left before it was ready",
                              attempt_->process));
    }
    return false;
  }
  const auto [verb, rest] = SplitVerb(message->text);
  if (message->text == kTakeOver && !attempt_->asked) {
    SendOffer();
  } else if (verb == kFailedWord) {
    Abandon(std::string(rest));
  } else if (message->text == kReady && attempt_->asked) {
    return HandOver();
  } else {
    Abandon(
        absl::StrFormat("the new process says '%s', which this version "
                        "does not understand",
                        message->text));
  }
  return false;
}

bool HandoverSender::HandOver() {
  std::vector<OpenConnection> connections = host_->Suspend();
  absl::Status status = SendConnections(connections);
  FdChannel& channel = attempt_->channel;
  bool taken = false;
  if (status.ok()) {
    absl::StatusOr<FdChannel::Message> answer = channel.Receive(kStepLimit);
    status = answer.status();
    if (!status.ok()) {
      // It may have been sent just now. After Seal nothing more arrives.
      channel.Seal();
      answer = channel.Receive(kAtOnce);
    }
    taken = answer.ok() && answer->text == kTaken;
  }
  if (taken) {
    log_(Severity::kInfo,
         absl::StrFormat("replaced by process %d, with %d open connections",
                         attempt_->process, connections.size()));
    attempt_->child = false;
    return true;
  }
  host_->Resume(std::move(connections));
  Abandon(status.ok() ? "the new process did not take the connections"
                      : Message(status));
  return false;
}

absl::Status HandoverSender::SendConnections(
    const std::vector<OpenConnection>& connections) {
  const absl::StatusOr<FileDescriptor> record =
      RecordConnections(connections, host_->EncodedCounts());
  if (!record.ok()) return record.status();
  const auto exchange = [this](std::string_view text,
                               const std::vector<int>& fds) {
    const absl::Status status = attempt_->channel.Send(text, fds);
    if (!status.ok()) return status;
    const absl::StatusOr<FdChannel::Message> answer =
        attempt_->channel.Receive(kStepLimit);
    if (!answer.ok()) return answer.status();
    if (answer->text == kMore) return absl::OkStatus();
    return absl::AbortedError(std::string(SplitVerb(answer->text).second));
  };
  absl::Status status = exchange(kRecord, {record->get()});
  for (size_t i = 0; status.ok() && i < connections.size();) {
    std::vector<int> fds;
    for (; i < connections.size() && fds.size() < FdChannel::kMaxDescriptors;
         ++i) {
      fds.push_back(connections[i].fd.get());
    }
    status = exchange(kSockets, fds);
  }
  return status.ok() ? attempt_->channel.Send(kAll) : status;
}

void HandoverSender::ChildEnded(pid_t child, const std::string& how) {
  if (!attempt_ || !attempt_->child || attempt_->process != child) return;
  attempt_->child = false;
  // What it said last says more than how it ended.
  std::string reason =
      absl::StrFormat("the new process %d %s before it was ready", child, how);
  if (attempt_->channel.valid()) {
    for (;;) {
      const auto message = attempt_->channel.Receive(kAtOnce);
      if (!message.ok()) break;
      const auto [verb, rest] = SplitVerb(message->text);
      if (verb == kFailedWord) reason = std::string(rest);
    }
  }
  Abandon(reason);
}

void HandoverSender::Abandon(const std::string& reason) {
  log_(Severity::kError, "not replaced, going on as before: " + reason);
  attempt_->channel.Close();
  if (attempt_->child) kill(attempt_->process, SIGKILL);
  if (attempt_->requester.valid()) {
    attempt_->requester.Send(Reason(kFailedWord, reason)).IgnoreError();
  }
  attempt_.reset();
  host_->ReplacementFailed();
}

void HandoverSender::TellReplaced() {
  if (!attempt_) return;
  if (attempt_->requester.valid()) {
    attempt_->requester
        .Send(absl::StrFormat("%s %d", kReplaced, attempt_->process))
        .IgnoreError();
  }
  attempt_->channel.Close();
  attempt_.reset();
}

}  // namespace groupring::backend
