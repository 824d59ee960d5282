// The checker: probes all addresses of groups that are checked, and publishes
// its verdicts in Redis.
//
//   Redis ─ store ─ addresses, CHECK ─ plan ─ schedule ─ probes
//                                                          │
//   Redis ─ writer ─ verdicts, self-doubt ─ damping ◄──────┘
//
// Everything but the store and the writer runs in one thread.
#ifndef GROUPRING_BACKEND_CHECKER_CHECKER_H_
#define GROUPRING_BACKEND_CHECKER_CHECKER_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "backend/checker/check_feed.h"
#include "backend/checker/check_plan.h"
#include "backend/checker/check_runner.h"
#include "backend/checker/checker_state.h"
#include "backend/checker/options.h"
#include "backend/checker/references.h"
#include "backend/checker/verdict_writer.h"
#include "backend/health/damping.h"
#include "backend/health/self_doubt.h"
#include "backend/transport/log_limiter.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/redis_clock.h"
#include "redis/base/wakeup.h"

namespace groupring::backend {

// Used by one thread.
class Checker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `state`: what the previous checker of the same id knew; empty: the verdicts
  // in Redis are adopted. The clocks outlive it.
  Checker(CheckerOptions options, CheckerState state, const Clock* clock,
          RedisClock* redis_clock, const LogSink& log);
  ~Checker();

  void Start();
  // Lets probes that are under way end, for two seconds at most, and writes the
  // remaining verdicts. Returns what it knew. Nothing else is called
  // afterwards.
  CheckerState Stop();

  // Waits until there is something to do, `fd` is readable or that time is
  // reached, and does what is due.
  void Turn(int fd, Time until);

  CheckerFacts Facts() const;

 private:
  using TaskId = CheckRunner::TaskId;
  using Place = CheckerState::Place;

  struct Check {
    PlannedCheck plan;
    std::vector<AddressDamping*> dampings;  // one for each use
    bool is_hindered = false;  // the last probe could not be made, as was said
  };

  void TakeInputs(CheckInputs inputs);
  void Replan();
  void AddCheck(const std::string& key, PlannedCheck plan);
  void UseDampings(Check* check);
  AddressDamping* DampingOf(const CheckUse& use);
  void ForgetUnused();
  void AdoptDoubt();
  void PlanReferences();

  void OnRound(TaskId task, int64_t begun,
               absl::StatusOr<ProbeOutcome> outcome);
  void Publish(const CheckUse& use, const redis::AddressVerdict& verdict,
               const std::optional<redis::AddressVerdict>& before);
  void JudgeSelf();
  std::string DoubtWords() const;
  void Flush();
  void Tick();

  const CheckerOptions options_;
  const Clock* const clock_;
  RedisClock* const redis_clock_;
  const LogSink log_;
  LogLimiter limited_log_;
  const int64_t started_unix_millis_;

  Wakeup wakeup_;
  CheckRunner runner_;
  CheckerState state_;
  SelfDoubt self_doubt_;
  bool stopped_ = false;
  bool doubt_adopted_ = false;  // if there was one to adopt
  TaskId next_task_ = 0;
  std::map<std::string, TaskId> task_by_key_;
  absl::flat_hash_map<TaskId, Check> checks_;
  References references_;
  std::vector<ProbedAddress> probed_;  // for JudgeSelf; kept for its memory

  std::vector<VerdictUpdate> updates_;
  std::vector<VerdictEvent> events_;
  Time last_flush_{};
  Time next_tick_{};
  DoubtReason told_doubt_ = DoubtReason::kNone;
  // As CheckerFacts has them.
  int64_t probes_ = 0;
  std::array<int64_t, kVerdictReasons> rounds_{};
  int64_t not_made_ = 0;
  int64_t probes_per_second_ = 0;
  int64_t lag_millis_ = 0;

  // Their threads are the last to start and the first to end.
  std::unique_ptr<VerdictWriter> writer_;
  std::unique_ptr<CheckFeed> feed_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECKER_H_
