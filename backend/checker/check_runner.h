// Makes the probes of checks, again and again, each at its time.
#ifndef GROUPRING_BACKEND_CHECKER_CHECK_RUNNER_H_
#define GROUPRING_BACKEND_CHECKER_CHECK_RUNNER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "backend/checker/options.h"
#include "backend/health/damping.h"
#include "backend/health/probe_runner.h"
#include "backend/health/probe_schedule.h"
#include "redis/base/clock.h"
#include "redis/base/random.h"
#include "redis/model/check.h"

namespace groupring::backend {

// All probes of a check at one address. Each is a connection of its own; the
// schedule decides when the next one begins.
struct CheckTask {
  redis::Family family = redis::Family::kA;
  redis::AddressBytes address{};
  redis::CheckSettings check;
  std::chrono::milliseconds interval{5000};
  // For the probe `heartbeat`, which comes last: it passes if one of these keys
  // exists.
  std::vector<std::string> heartbeat_keys;
};

// Used by one thread.
class CheckRunner {
 public:
  using TaskId = ProbeSchedule::TaskId;
  using Time = ProbeSchedule::Time;

  // A round of the task is over; it began at `begun` (UnixMillis of the clock).
  // `outcome` is that of the first probe that did not pass, or else of the last
  // one. A status: this process or host prevented the probe, so nothing is
  // known of the address.
  using RoundDone = std::function<void(TaskId task, int64_t begun,
                                       absl::StatusOr<ProbeOutcome> outcome)>;
  // Asks whether one of the keys exists; the answer is passed to Heartbeat.
  using AskHeartbeat =
      std::function<void(TaskId task, const std::vector<std::string>& keys)>;

  // `options` and the clocks outlive it; `redis_clock` shows the time of
  // verdicts.
  CheckRunner(const CheckerOptions* options, const Clock* clock,
              const Clock* redis_clock, AskHeartbeat ask, RoundDone done);

  // A task's number is never reused.
  void Add(TaskId id, CheckTask task);
  // The current round of the task is dropped.
  void Remove(TaskId id);

  // Does what is due, and takes what has arrived. Never waits.
  void Turn();
  // Waits, until that time at most, for the connections that are open to come
  // to their end; begins no others. For the end: servers log a session that is
  // cut off as an error.
  void Finish(Time end);
  // The latest time at which Turn has to be called, and a descriptor that is
  // readable when it has to be called earlier.
  Time NextTime() const;
  int fd() const { return runner_.fd(); }

  // The answer to the last AskHeartbeat for the task.
  void Heartbeat(TaskId id, bool is_alive);

  // Since the last call: how many connections were made, and by how much the
  // most delayed one was late.
  struct Counts {
    int64_t probes = 0;
    ProbeSchedule::Duration late{};
  };
  Counts TakeCounts();

 private:
  struct Asked {
    int64_t begun = 0;
    std::optional<int> certificate_days;
  };
  struct Round {
    CheckTask task;
    size_t next_probe = 0;
    int64_t begun = 0;
    std::optional<int> certificate_days;
    // The round before may still wait for its heartbeat.
    std::optional<Asked> asked;
  };

  uint64_t HostIdOf(redis::Family family, const redis::AddressBytes& address);
  void Start(TaskId id, Round* round);
  absl::StatusOr<ProbeRequest> RequestOf(const Round& round) const;
  void OnProbe(TaskId id, absl::StatusOr<ProbeResult> result);
  void NoteCertificate(const ProbeResult& result, Round* round) const;

  const CheckerOptions* const options_;
  const Clock* const clock_;
  const Clock* const redis_clock_;
  const AskHeartbeat ask_;
  const RoundDone done_;
  Mt19937Random random_;
  ProbeSchedule schedule_;
  ProbeRunner runner_;
  absl::flat_hash_map<TaskId, Round> rounds_;
  absl::flat_hash_map<std::string, uint64_t> host_ids_;
  Counts counts_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECK_RUNNER_H_
