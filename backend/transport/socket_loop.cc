#include "backend/transport/socket_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/transport/edge_events.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr int kEventsPerRound = 64;
constexpr int kAcceptsPerRound = 16;

// A long answer leaves no more memory behind than this.
constexpr size_t kKeptBytes = 2 * SocketConnection::kAnswerBytes;

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
      workplace_(handler_.get()),
      shared_(shared),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (const ServedListener& served : *listeners) {
    listeners_.push_back({{Source::Kind::kListener}, &served});
  }
}

SocketLoop::~SocketLoop() { shared_->connections -= connections_; }

absl::Status SocketLoop::Prepare() {
  if (!epoll_.valid() || !wake_.valid() ||
      !Watch(EPOLL_CTL_ADD, wake_.get(), EPOLLIN, &wake_source_)) {
    return ErrnoStatus(errno, "epoll");
  }
  for (ListenerSource& listener : listeners_) {
    // Of several loops that wait for it, one wakes up for a connection.
    if (!Watch(EPOLL_CTL_ADD, listener.served->listener.fd(),
               EPOLLIN | EPOLLEXCLUSIVE, &listener)) {
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

void SocketLoop::Wake() {
  const uint64_t one = 1;
  // Can only fail when the counter is full, that is, when it woke up already.
  [[maybe_unused]] const ssize_t size = write(wake_.get(), &one, sizeof(one));
}

void SocketLoop::Run() {
  std::array<epoll_event, kEventsPerRound> events;
  while (!stopping_) {
    ++turns_;
    const int ready = epoll_wait(epoll_.get(), events.data(), kEventsPerRound,
                                 busy_.empty() ? -1 : 0);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      Dispatch(static_cast<Source*>(event.data.ptr), event.events);
    }
    for (Peer* peer : std::exchange(busy_, {})) {
      peer->queued = false;
      Answer(peer);
    }
    DeliverAnswers();
  }
}

void SocketLoop::Dispatch(Source* source, uint32_t events) {
  switch (source->kind) {
    case Source::Kind::kWake: {
      uint64_t count = 0;
      [[maybe_unused]] const ssize_t size =
          read(wake_.get(), &count, sizeof(count));
      TakeGiven();
      return;
    }
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

void SocketLoop::Accept(const ServedListener& served) {
  const auto refuse = [&](const std::string& reason) {
    shared_->refusals.Log(Severity::kWarning,
                          absl::StrFormat("%s: connection refused: %s",
                                          served.listener.path(), reason));
  };
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    FileDescriptor fd;
    switch (acceptor_.Accept(served.listener.fd(), &fd)) {
      case Acceptor::Outcome::kNobody:
        return;
      case Acceptor::Outcome::kNoDescriptors:
        refuse("out of file descriptors");
        continue;
      case Acceptor::Outcome::kAccepted:
        break;
    }
    if (shared_->connections.fetch_add(1) < shared_->max_connections) {
      SocketLoop* const loop =
          *std::min_element(shared_->loops.begin(), shared_->loops.end(),
                            [](const SocketLoop* a, const SocketLoop* b) {
                              return a->connections() < b->connections();
                            });
      loop->Give({std::move(fd), served.protocol, {}, {}, false});
    } else {
      --shared_->connections;
      refuse(absl::StrFormat("%d are open, as many as allowed",
                             shared_->max_connections));
    }
  }
}

void SocketLoop::Adopt(OpenConnection open) {
  ++shared_->connections;
  Give(std::move(open));
}

void SocketLoop::Give(OpenConnection open) {
  ++connections_;
  {
    const std::lock_guard lock(mutex_);
    given_.push_back(std::move(open));
  }
  Wake();
}

void SocketLoop::TakeGiven() {
  std::vector<OpenConnection> given;
  {
    const std::lock_guard lock(mutex_);
    given.swap(given_);
  }
  for (OpenConnection& open : given) {
    Peer* const peer = Add(std::move(open));
    if (peer == nullptr) continue;
    // Something may wait to be answered or sent.
    peer->queued = true;
    busy_.push_back(peer);
  }
}

// Already counted. nullptr: it cannot be watched, or nobody speaks its
// protocol, and it is closed.
SocketLoop::Peer* SocketLoop::Add(OpenConnection open) {
  const auto by = std::find_if(
      listeners_.begin(), listeners_.end(), [&](const ListenerSource& source) {
        return source.served->protocol == open.protocol;
      });
  std::unique_ptr<Peer> peer;
  if (by != listeners_.end()) {
    peer.reset(new Peer{
        {Source::Kind::kPeer},
        SocketConnection(std::move(open), shared_->max_unsent, &workplace_),
        by->served,
        kNewToRead});
  }
  if (peer == nullptr ||
      !Watch(EPOLL_CTL_ADD, peer->connection.fd(), kNewToRead, peer.get())) {
    --connections_;
    --shared_->connections;
    return nullptr;
  }
  Peer* const key = peer.get();
  peers_.emplace(key, std::move(peer));
  return key;
}

std::vector<OpenConnection> SocketLoop::Release() {
  std::vector<OpenConnection> open;
  for (auto& [key, peer] : peers_) {
    // The descriptor may live on in another process, and then epoll would
    // report it here for ever.
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, peer->connection.fd(), nullptr);
    open.push_back(peer->connection.Release());
  }
  for (OpenConnection& given : given_) open.push_back(std::move(given));
  shared_->connections -= connections_.exchange(0);
  given_.clear();
  busy_.clear();
  peers_.clear();
  stopping_ = false;
  return open;
}

void SocketLoop::Answer(Peer* peer) {
  peer->connection.Answer(&answers_);
  answered_.push_back({peer, answers_.size()});
  if (answers_.size() >= SocketConnection::kAnswerBytes) DeliverAnswers();
}

void SocketLoop::DeliverAnswers() {
  const std::string_view all = answers_;
  size_t begin = 0;
  for (const auto& [peer, end] : answered_) {
    EndTurn(peer, peer->connection.Deliver(all.substr(begin, end - begin)));
    begin = end;
  }
  answered_.clear();
  answers_.clear();
  if (answers_.capacity() > kKeptBytes) answers_ = std::string();
}

void SocketLoop::EndTurn(Peer* peer, SocketConnection::State state) {
  if (const std::string complaint = peer->connection.TakeComplaint();
      !complaint.empty()) {
    shared_->closings.Log(
        Severity::kWarning,
        absl::StrFormat("%s: %s%s", peer->served->listener.path(),
                        state == SocketConnection::State::kIdle
                            ? "answered with an error: "
                            : "connection closed: ",
                        complaint));
  }
  uint32_t events = kNewToRead;
  switch (state) {
    case SocketConnection::State::kClosed:
      Remove(peer);
      return;
    case SocketConnection::State::kBusy:
      peer->queued = true;
      busy_.push_back(peer);
      return;
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

void SocketLoop::Remove(Peer* peer) {
  // No event or queue refers to it any more: epoll reports a peer once in a
  // round, and one that is queued gets no turn but from the queue.
  peers_.erase(peer);
  --connections_;
  --shared_->connections;
}

}  // namespace groupring::backend
