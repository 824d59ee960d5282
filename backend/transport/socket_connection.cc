#include "backend/transport/socket_connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/protocol/line_session.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::milliseconds kLingerTime{1000};

// For the first request, and between two, where only the most urgent ones are
// answered.
constexpr std::chrono::milliseconds kRestrictedIdleTime{1000};

// So much of a long answer is sent at a turn before other connections get
// theirs: the kernel would take megabytes at once.
constexpr size_t kSendBytes = size_t{256} * 1024;

std::unique_ptr<StreamSession> NewSession(
    Protocol protocol, SessionState state,
    SocketConnection::Workplace* workplace) {
  if (IsHttp(protocol)) {
    return std::make_unique<HttpSession>(
        std::move(state), protocol == Protocol::kHttp ? workplace->http.get()
                                                      : workplace->pages.get());
  }
  return std::make_unique<LineSession>(protocol,
                                       LineSession::AfterFault::kClose,
                                       std::move(state), &workplace->exchange);
}

}  // namespace

void SocketConnection::Workplace::PrepareFor(Protocol protocol,
                                             const HttpRouter& router,
                                             const HttpRouter& pages_router) {
  if (protocol == Protocol::kHttp && http == nullptr) {
    http = std::make_unique<HttpSession::Context>(&router, &exchange);
  }
  if (protocol == Protocol::kPages && pages == nullptr) {
    pages = std::make_unique<HttpSession::Context>(&pages_router, &exchange,
                                                   /*answers_powerdns=*/false);
  }
}

SocketConnection::SocketConnection(OpenConnection open,
                                   const ConnectionLimits* limits,
                                   Workplace* workplace)
    : fd_(std::move(open.fd)),
      protocol_(open.protocol),
      limits_(limits),
      workplace_(workplace),
      session_(NewSession(protocol_, std::move(open.session), workplace)),
      unsent_(std::move(open.unsent)),
      ending_(open.ending) {}

std::optional<OpenConnection> SocketConnection::Release() {
  if (broken_ || lingering_) return std::nullopt;
  return OpenConnection{std::move(fd_), protocol_, session_->Release(),
                        unsent_.substr(sent_), ending_};
}

void SocketConnection::MayRead(bool has_ended) {
  unread_ = true;
  ended_ |= has_ended;
}

void SocketConnection::Answer(std::string* answers) {
  if (std::exchange(deadline_passed_, false)) {
    TimeOut(answers);
    return;
  }
  if (!unsent_.empty()) SendUnsent();
  if (!unsent_.empty() || broken_ || session_->waiting()) return;
  if (ending_) {
    Linger();
    return;
  }
  if (session_->HasMore()) {
    session_->Feed({}, kAnswerBytes, answers);
  } else {
    Read(answers);
  }
  if (session_->closed()) {
    Close(session_->close_cause(), session_->close_reason());
  }
}

SocketConnection::State SocketConnection::Deliver(std::string_view answers) {
  // There are none while something of earlier ones is unsent.
  const bool answered = !answers.empty() || session_->has_bulk();
  if (answered) TakeAnswers(answers);
  if (timed_from_ != Time()) TakeTime(answered);
  if (session_->holds_memory() && unsent_.empty()) session_->AnswersAreTaken();
  const State state = Next();
  if (limits_->request_time.count() > 0 || state == State::kBlocked ||
      awaited_ != Awaited::kNothing) {
    SetDeadline(state, answered);
  }
  return state;
}

void SocketConnection::TakeAnswers(std::string_view answers) {
  unsent_ = answers.substr(Send(answers));
  size_t size = answers.size();
  if (session_->has_bulk()) {
    std::string bulk = session_->TakeBulk();
    size += bulk.size();
    if (unsent_.empty()) {
      unsent_ = std::move(bulk);
      SendUnsent();
    } else {
      unsent_ += bulk;
    }
  }
  if (unsent_.size() - sent_ > limits_->max_unsent_bytes) {
    broken_ = true;
    Close(CloseCause::kNotRead,
          absl::StrFormat("an answer of %d bytes is not read", size));
  }
}

// Of what is answered at once. What another thread makes, and what nobody from
// PowerDNS has asked, is not timed.
void SocketConnection::TakeTime(bool answered) {
  const bool counts = (answered || timed_is_blocked_) && !broken_ &&
                      !session_->waiting() && !IsStranger();
  timed_is_blocked_ = counts && !unsent_.empty();
  if (timed_is_blocked_) return;
  if (counts) {
    workplace_->traffic->latency[static_cast<size_t>(TransportOf(protocol_))]
        .Add(workplace_->clock->Steady() - timed_from_);
  }
  timed_from_ = Time();
}

// Into the workplace, as recv().
ssize_t SocketConnection::Receive() {
  std::vector<char>& received = workplace_->received;
  const ssize_t size =
      recv(fd_.get(), received.data(), received.size(), MSG_DONTWAIT);
  unread_ = size == static_cast<ssize_t>(received.size()) ||
            (size >= 0 && ended_) || (size < 0 && errno == EINTR);
  if (size < 0 && errno != EAGAIN && errno != EINTR) broken_ = true;
  return size;
}

void SocketConnection::Read(std::string* answers) {
  const ssize_t size = Receive();
  if (size > 0) {
    if (workplace_->sampler.Next()) timed_from_ = workplace_->clock->Steady();
    session_->Feed(std::string_view(workplace_->received.data(),
                                    static_cast<size_t>(size)),
                   kAnswerBytes, answers);
  } else if (size == 0) {
    at_end_ = true;
    session_->Cut(CloseCause::kCutRequest,
                  "the peer left in the middle of a request", answers);
  }
}

void SocketConnection::Linger() {
  if (!lingering_) shutdown(fd_.get(), SHUT_WR);
  lingering_ = true;
  if (Receive() == 0) broken_ = true;
}

void SocketConnection::SendUnsent() {
  sent_ += Send(std::string_view(unsent_).substr(sent_, kSendBytes));
  if (sent_ < unsent_.size()) return;
  unsent_ = std::string();
  sent_ = 0;
}

// How much of it the peer has taken.
size_t SocketConnection::Send(std::string_view bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = send(fd_.get(), bytes.data() + sent,
                              bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      sent += static_cast<size_t>(size);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      broken_ = true;  // the peer has left, which is no news
      break;
    }
  }
  return sent;
}

void SocketConnection::TimeOut(std::string* answers) {
  switch (awaited_) {
    case Awaited::kRequest:
      session_->Cut(CloseCause::kSlowRequest,
                    absl::StrFormat("a request took longer than %d ms",
                                    limits_->request_time.count()),
                    answers);
      Close(session_->close_cause(), session_->close_reason());
      return;
    case Awaited::kReader:
      Close(CloseCause::kNotRead, "an answer is not read");
      broken_ = true;
      return;
    case Awaited::kNextRequest:
      Close(CloseCause::kIdle, {});
      return;
    case Awaited::kPeersEnd:
      broken_ = true;
      return;
    case Awaited::kNothing:
      return;
  }
}

void SocketConnection::Close(CloseCause cause, std::string reason) {
  ending_ = true;
  close_cause_ = cause;
  complaint_ = std::move(reason);
}

SocketConnection::State SocketConnection::Next() const {
  if (broken_) return State::kClosed;
  if (!unsent_.empty()) return State::kBlocked;
  if (session_->waiting()) return State::kWaiting;
  if (ending_ && !lingering_) {
    return limits_->linger && !at_end_ ? State::kBusy : State::kClosed;
  }
  return session_->HasMore() || unread_ ? State::kBusy : State::kIdle;
}

SocketConnection::Awaited SocketConnection::AwaitedIn(State state) const {
  if (state == State::kBlocked) return Awaited::kReader;
  if (ending_) return Awaited::kPeersEnd;
  if (session_->HasUnfinished()) return Awaited::kRequest;
  const bool rests = state == State::kIdle || state == State::kBusy;
  return rests && standing() != PeerStanding::kPowerDns ? Awaited::kNextRequest
                                                        : Awaited::kNothing;
}

std::chrono::milliseconds SocketConnection::TimeFor(Awaited awaited) const {
  switch (awaited) {
    case Awaited::kNextRequest:
      return standing() == PeerStanding::kRestricted ? kRestrictedIdleTime
                                                     : limits_->idle_time;
    case Awaited::kRequest:
      return limits_->request_time;
    case Awaited::kReader:
      return limits_->reading_time;
    case Awaited::kPeersEnd:
      return kLingerTime;
    case Awaited::kNothing:
      break;
  }
  return std::chrono::milliseconds(0);
}

void SocketConnection::SetDeadline(State state, bool answered) {
  const Awaited awaited = AwaitedIn(state);
  const std::chrono::milliseconds time = TimeFor(awaited);
  if (time.count() == 0) {
    deadline_.reset();
  } else if (awaited != awaited_ || answered) {
    // The request before has been answered, so the deadline is that of a new
    // one.
    deadline_ = workplace_->clock->Steady() + time;
  }
  awaited_ = awaited;
}

std::string SocketConnection::TakeComplaint() {
  if (!complaint_.empty()) {
    return "connection closed: " + std::exchange(complaint_, {});
  }
  const std::optional<std::string> fault = session_->TakeFault();
  if (!fault) return {};
  workplace_->traffic->errors[static_cast<size_t>(KindOf(protocol_))].Add();
  return "answered with an error: " + *fault;
}

}  // namespace groupring::backend
