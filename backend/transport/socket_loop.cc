#include "backend/transport/socket_loop.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr int kEventsPerRound = 64;

// A long answer leaves no more memory behind than this.
constexpr size_t kKeptBytes = 2 * SocketConnection::kAnswerBytes;

// Edge-triggered: otherwise epoll would check after every read whether bytes
// are left. A read that returns less than it had space for has taken everything
// (epoll(7), question 9) except the end, which HasEnded reports.
constexpr uint32_t kNewToRead = EPOLLIN | EPOLLRDHUP | EPOLLET;

// Whether the peer sends nothing more than what can be read now.
bool HasEnded(uint32_t events) {
  return (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SocketLoop>> SocketLoop::Create(
    const std::vector<ServedListener>* listeners,
    std::unique_ptr<Handler> handler, SocketLoopShared* shared) {
  std::unique_ptr<SocketLoop> loop(
      new SocketLoop(listeners, std::move(handler), shared));
  if (absl::Status status = loop->Prepare(); !status.ok()) return status;
  return loop;
}

SocketLoop::SocketLoop(const std::vector<ServedListener>* listeners,
                       std::unique_ptr<Handler> handler,
                       SocketLoopShared* shared)
    : handler_(std::move(handler)),
      traffic_(handler_->traffic() != nullptr ? handler_->traffic()
                                              : &unread_counts_),
      workplace_(handler_.get(), shared->clock, traffic_),
      shared_(shared),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  for (const ServedListener& served : *listeners) {
    listeners_.push_back({{Source::Kind::kListener}, &served});
    workplace_.PrepareFor(served.protocol, *shared->router,
                          *shared->pages_router);
  }
}

SocketLoop::~SocketLoop() { Release(); }

absl::Status SocketLoop::Prepare() {
  if (!epoll_.valid() || wakeup_.fd() < 0 ||
      !Watch(EPOLL_CTL_ADD, wakeup_.fd(), EPOLLIN, &wakeup_source_)) {
    return ErrnoStatus(errno, "epoll");
  }
  return WatchListeners();
}

absl::Status SocketLoop::WatchListeners() {
  for (ListenerSource& listener : listeners_) {
    // Of several loops that wait for it, one wakes up for a connection.
    if (!Watch(EPOLL_CTL_ADD, listener.served->socket.fd(),
               EPOLLIN | EPOLLEXCLUSIVE, &listener) &&
        errno != EEXIST) {
      return ErrnoStatus(errno, "epoll");
    }
  }
  return absl::OkStatus();
}

bool SocketLoop::Watch(int operation, int fd, uint32_t events, Source* source) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = source;
  return epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

void SocketLoop::Stop() {
  stopping_ = true;
  Wake();
}

void SocketLoop::Run() {
  std::array<epoll_event, kEventsPerRound> events;
  while (!stopping_) {
    ++turns_;
    const int ready = epoll_wait(epoll_.get(), events.data(), kEventsPerRound,
                                 MillisToWait());
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      Dispatch(static_cast<Source*>(event.data.ptr), event.events);
    }
    // Only now, because this may close peers, and no event may refer to them.
    if (std::exchange(woken_, false)) DrainInbox();
    if (!deadlines_.empty()) QueueOverdue();
    for (Peer* peer : std::exchange(busy_, {})) {
      peer->queued = false;
      Answer(peer);
    }
    DeliverAnswers();
  }
}

int SocketLoop::MillisToWait() const {
  if (!busy_.empty()) return 0;
  if (deadlines_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      deadlines_.begin()->first - shared_->clock->Steady());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, INT_MAX));
}

void SocketLoop::Dispatch(Source* source, uint32_t events) {
  switch (source->kind) {
    case Source::Kind::kWakeup:
      woken_ = true;
      return;
    case Source::Kind::kListener:
      Accept(*static_cast<ListenerSource*>(source)->served);
      return;
    case Source::Kind::kPeer: {
      Peer* const peer = static_cast<Peer*>(source);
      peer->connection.MayRead(HasEnded(events));
      if (!peer->queued) Answer(peer);
      return;
    }
  }
}

void SocketLoop::Enqueue(OpenConnection open, Arrival arrival) {
  ++connections_;
  inbox_.Add(std::move(open), arrival);
  Wake();
}

void SocketLoop::DrainInbox() {
  wakeup_.Clear();
  LoopInbox::Content inbox = inbox_.TakeAll();
  // A turn that is half over ends before the next one.
  DeliverAnswers();
  for (auto& [open, arrival] : inbox.connections) {
    Add(std::move(open), arrival);
  }
  for (const uint64_t id : inbox.worked_for) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) continue;
    found->second->connection.EndWait();
    if (!found->second->queued) Queue(found->second.get());
  }
}

// Closes the connection if it cannot be watched, or nobody speaks its protocol.
void SocketLoop::Add(OpenConnection open, Arrival arrival) {
  const Protocol protocol = open.protocol;
  const auto by = std::find_if(listeners_.begin(), listeners_.end(),
                               [&](const ListenerSource& source) {
                                 return source.served->protocol == protocol;
                               });
  if (by == listeners_.end()) {
    CountClosed(protocol, CloseCause::kNotServed);
    return CountDown(protocol);
  }
  if (arrival == Arrival::kAccepted && IsHttp(protocol)) {
    ++shared_->ClassOf(protocol).open;
    if (!Admit(*by->served, &open)) return CountDown(protocol);
  }
  const uint64_t id = ++last_id_;
  std::unique_ptr<Peer> peer(new Peer{
      {Source::Kind::kPeer},
      id,
      SocketConnection(std::move(open), &shared_->ClassOf(protocol).limits,
                       &workplace_),
      by->served,
      kNewToRead,
      {}});
  if (!Watch(EPOLL_CTL_ADD, peer->connection.fd(), kNewToRead, peer.get())) {
    if (arrival == Arrival::kAdopted) {
      CountClosed(protocol, CloseCause::kNotServed);
    } else {
      RefuseAt(*by->served, RefusalCause::kNoDescriptors,
               "the kernel watches as many as it can");
    }
    return CountDown(protocol);
  }
  if (arrival == Arrival::kAccepted) {
    traffic_->opened[static_cast<size_t>(KindOf(protocol))].Add();
  }
  Peer* const added = peers_.emplace(id, std::move(peer)).first->second.get();
  CountStranger(added, added->connection.IsStranger());
  // Something may wait to be answered or sent.
  UpdateInterest(added, added->connection.Deliver({}));
}

void SocketLoop::CountStranger(Peer* peer, bool is_one) {
  if (is_one == peer->stranger) return;
  peer->stranger = is_one;
  const size_t change = is_one ? 1 : SIZE_MAX;
  shared_->ClassOf(peer->connection.protocol()).strangers += change;
  strangers_ += change;
}

void SocketLoop::CountDown(Protocol protocol) {
  --connections_;
  --shared_->ClassOf(protocol).open;
}

std::vector<OpenConnection> SocketLoop::Release() {
  std::vector<OpenConnection> all;
  for (auto& [id, peer] : peers_) {
    // The descriptor may live on in another process, and then epoll would
    // report it here forever.
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, peer->connection.fd(), nullptr);
    CountDown(peer->connection.protocol());
    CountStranger(peer.get(), false);
    const CloseCause cause = peer->connection.close_cause();
    const Protocol protocol = peer->connection.protocol();
    if (auto open = peer->connection.Release()) {
      all.push_back(*std::move(open));
    } else {
      CountClosed(protocol, cause);
    }
  }
  LoopInbox::Content inbox = inbox_.TakeAll();
  for (auto& [open, arrival] : inbox.connections) {
    --connections_;
    if (arrival == Arrival::kAdopted || !IsHttp(open.protocol)) {
      --shared_->ClassOf(open.protocol).open;
    }
    if (arrival == Arrival::kAccepted) {
      traffic_->opened[static_cast<size_t>(KindOf(open.protocol))].Add();
    }
    all.push_back(std::move(open));
  }
  deadlines_.clear();
  busy_.clear();
  peers_.clear();
  stopping_ = false;
  return all;
}

void SocketLoop::Queue(Peer* peer) {
  peer->queued = true;
  busy_.push_back(peer);
}

void SocketLoop::QueueOverdue() {
  const Time now = shared_->clock->Steady();
  if (deadlines_.begin()->first > now) return;
  // A turn that is half over ends before the next one, and may make the
  // deadline a later one.
  DeliverAnswers();
  for (const auto& [deadline, peer] : deadlines_) {
    if (deadline > now) break;
    peer->connection.PassDeadline();
    if (!peer->queued) Queue(peer);
  }
}

void SocketLoop::Answer(Peer* peer) {
  peer->connection.Answer(&answers_);
  // Counted before the answer is sent, because the next connection may need the
  // room.
  if (peer->stranger) CountStranger(peer, peer->connection.IsStranger());
  answered_.push_back({peer, answers_.size()});
  if (answers_.size() >= SocketConnection::kAnswerBytes) DeliverAnswers();
}

void SocketLoop::DeliverAnswers() {
  const std::string_view all = answers_;
  size_t begin = 0;
  for (const auto& [peer, end] : answered_) {
    UpdateInterest(peer,
                   peer->connection.Deliver(all.substr(begin, end - begin)));
    begin = end;
  }
  answered_.clear();
  answers_.clear();
  if (answers_.capacity() > kKeptBytes) answers_ = std::string();
}

// Arranges the peer's next turn.
void SocketLoop::UpdateInterest(Peer* peer, SocketConnection::State state) {
  for (std::string complaint;
       !(complaint = peer->connection.TakeComplaint()).empty();) {
    shared_->complaints.Log(
        Severity::kWarning,
        absl::StrFormat("%s: %s", peer->served->socket.name(), complaint));
  }
  if (peer->deadline != peer->connection.deadline()) {
    SetDeadline(peer, peer->connection.deadline());
  }
  uint32_t events = kNewToRead;
  switch (state) {
    case SocketConnection::State::kClosed:
      Remove(peer, peer->connection.close_cause());
      return;
    case SocketConnection::State::kBusy:
      Queue(peer);
      return;
    case SocketConnection::State::kWaiting:
      HaveWorkDone(peer);
      break;
    case SocketConnection::State::kBlocked:
      events = EPOLLOUT;
      break;
    case SocketConnection::State::kIdle:
      break;
  }
  if (events != peer->events &&
      Watch(EPOLL_CTL_MOD, peer->connection.fd(), events, peer)) {
    peer->events = events;
  }
}

void SocketLoop::SetDeadline(Peer* peer, const std::optional<Time>& deadline) {
  if (peer->deadline) deadlines_.erase({*peer->deadline, peer});
  if (deadline) deadlines_.emplace(*deadline, peer);
  peer->deadline = deadline;
}

void SocketLoop::HaveWorkDone(Peer* peer) {
  std::shared_ptr<LongWork> work = peer->connection.TakeWork();
  if (work == nullptr) return;  // under way
  const Urgency urgency =
      work->whom == AnswerFor::kPowerDns ? Urgency::kFirst : Urgency::kLater;
  shared_->workers.Enqueue(
      urgency, [this, id = peer->id, work = std::move(work)] {
        work->MakeWithin(&shared_->memory, shared_->memory_for_one);
        inbox_.AddWorkedFor(id);
        Wake();
      });
}

void SocketLoop::CountClosed(Protocol protocol, CloseCause cause) {
  traffic_
      ->closed[static_cast<size_t>(KindOf(protocol))]
              [static_cast<size_t>(cause)]
      .Add();
}

void SocketLoop::Remove(Peer* peer, CloseCause cause) {
  CountClosed(peer->connection.protocol(), cause);
  // No event or queue refers to it any more: epoll reports a peer once in a
  // round, and one that is queued gets no turn but from the queue.
  SetDeadline(peer, std::nullopt);
  CountDown(peer->connection.protocol());
  CountStranger(peer, false);
  peers_.erase(peer->id);
}

}  // namespace groupring::backend
