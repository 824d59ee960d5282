// Runs thousands of probes at once in one thread, with one epoll loop.
#ifndef GROUPRING_BACKEND_HEALTH_PROBE_RUNNER_H_
#define GROUPRING_BACKEND_HEALTH_PROBE_RUNNER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "backend/health/probe.h"
#include "backend/health/probe_connection.h"
#include "backend/health/tls_session.h"
#include "redis/base/clock.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Not thread-safe.
class ProbeRunner {
 public:
  using Time = ProbeConnection::Time;
  // The result, or a status: the probe could not be made, for reasons of this
  // host (no route, no descriptor left), and nothing is known of the address.
  // kInvalidArgument: a heartbeat is no probe over the network.
  using Done = std::function<void(absl::StatusOr<ProbeResult>)>;

  // Both outlive it.
  ProbeRunner(const Clock* clock, const TlsContext* tls);
  ~ProbeRunner();
  ProbeRunner(const ProbeRunner&) = delete;
  ProbeRunner& operator=(const ProbeRunner&) = delete;

  // Begins a probe. `done` is called once, from Run, after the connection is
  // closed; it may start others. `trace` may be empty.
  void Start(ProbeRequest request, Done done, Trace trace = {});

  // Waits until something happens to a probe, `until` at most, and does what is
  // due. Returns at once when nothing is running.
  void Run(Time until);

  // How many have begun and are not done.
  size_t running() const { return running_.size(); }

  // For an outer loop: a descriptor that is readable when Run has work, and the
  // next time at which it has work.
  int fd() const { return epoll_.get(); }
  Time NextDeadline() const;

 private:
  struct Running {
    std::unique_ptr<ProbeConnection> connection;
    Done done;
    Time deadline;
  };

  // After the connection was given a turn: its deadline, and its end.
  void Follow(uint64_t tag);
  void HandleEvents();

  const Clock* const clock_;
  const TlsContext* const tls_;
  const FileDescriptor epoll_;
  uint64_t next_tag_ = 0;  // even; the next odd number is the data connection
  absl::flat_hash_map<uint64_t, Running> running_;
  std::set<std::pair<Time, uint64_t>> deadlines_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_PROBE_RUNNER_H_
