#include "backend/health/probe_runner.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

namespace groupring::backend {

ProbeRunner::ProbeRunner(const Clock* clock, const TlsContext* tls)
    : clock_(clock), tls_(tls), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

ProbeRunner::~ProbeRunner() = default;

void ProbeRunner::Start(ProbeRequest request, Done done, Trace trace) {
  const uint64_t tag = next_tag_;
  next_tag_ += 2;
  Running& running = running_[tag];
  running.done = std::move(done);
  // What has no connection is over at once; Run says so.
  running.deadline = clock_->Steady();
  if (request.probe.kind != redis::ProbeKind::kHeartbeat) {
    running.connection = std::make_unique<ProbeConnection>(
        std::move(request), std::move(trace), clock_, tls_, epoll_.get(), tag);
    running.connection->Start();
    if (!running.connection->ended()) {
      running.deadline = running.connection->deadline();
    }
  }
  deadlines_.emplace(running.deadline, tag);
}

ProbeRunner::Time ProbeRunner::NextDeadline() const {
  return deadlines_.empty() ? Time::max() : deadlines_.begin()->first;
}

void ProbeRunner::Run(Time until) {
  if (running_.empty()) return;
  const Time wake = std::min(until, NextDeadline());
  if (wake > clock_->Steady()) clock_->WaitUntil(wake, epoll_.get());
  // What has arrived in time counts, even if this thread was late.
  HandleEvents();
  while (!deadlines_.empty() && deadlines_.begin()->first <= clock_->Steady()) {
    const uint64_t tag = deadlines_.begin()->second;
    const Running& running = running_.at(tag);
    if (running.connection != nullptr) running.connection->OnDeadline();
    Follow(tag);
  }
}

void ProbeRunner::HandleEvents() {
  std::array<epoll_event, 256> events;
  int count = 0;
  // Each descriptor is ready once or twice, unless servers keep on sending.
  size_t rounds = 1 + 2 * running_.size() / events.size();
  do {
    count = epoll_wait(epoll_.get(), events.data(),
                       static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      const uint64_t tag = event.data.u64 & ~uint64_t{1};
      const auto found = running_.find(tag);
      // It may have ended by an event before this one.
      if (found == running_.end()) continue;
      ProbeConnection* const connection = found->second.connection.get();
      if (event.data.u64 == tag) {
        connection->OnControlReady(event.events);
      } else {
        connection->OnDataReady(event.events);
      }
      Follow(tag);
    }
  } while (count == static_cast<int>(events.size()) && --rounds > 0);
}

void ProbeRunner::Follow(uint64_t tag) {
  const auto found = running_.find(tag);
  Running& running = found->second;
  ProbeConnection* const connection = running.connection.get();
  if (connection != nullptr && !connection->ended()) {
    if (connection->deadline() == running.deadline) return;
    deadlines_.erase({running.deadline, tag});
    running.deadline = connection->deadline();
    deadlines_.emplace(running.deadline, tag);
    return;
  }
  deadlines_.erase({running.deadline, tag});
  absl::StatusOr<ProbeResult> result =
      connection == nullptr
          ? absl::InvalidArgumentError("a heartbeat is a key in Redis")
          : connection->TakeResult();
  const Done done = std::move(running.done);
  running_.erase(found);
  done(std::move(result));
}

}  // namespace groupring::backend
