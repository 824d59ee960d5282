// Reads everything from Redis, and judges whether what is missing is a loss.
#ifndef GROUPRING_REDIS_STORE_FULL_LOAD_H_
#define GROUPRING_REDIS_STORE_FULL_LOAD_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/load/complaint_log.h"
#include "redis/model/acceptance.h"
#include "redis/store/generation_tracker.h"
#include "redis/store/link.h"
#include "redis/store/loss_guard.h"
#include "redis/store/name_finder.h"
#include "redis/store/publisher.h"
#include "redis/store/store.h"
#include "redis/store/unreadable_keys.h"

namespace groupring::redis {

// Not thread-safe.
class FullLoad {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Pointers and references outlive this object.
  FullLoad(const StoreOptions& options, const Clock* clock, LogSink log,
           StoreStats* stats, Publisher* publisher, ComplaintLog* complaints,
           UnreadableKeys* unreadable, NameFinder* finder,
           GenerationTracker* generations);

  // What is read becomes the dataset unless it looks like a loss: then the
  // dataset stays as it is until a later Run finds that it is none, or meant.
  // `before_names` is told how many names there are, before they are read.
  using BeforeNames = std::function<absl::Status(size_t names)>;
  absl::Status Run(Link* link, const BeforeNames& before_names);

  // Whether the dataset stays although Redis holds something else.
  bool doubting() const { return guard_.has_value(); }

  // For a store that doubts: when to run again, and what makes that soon.
  std::optional<TimePoint> next_look() const;
  void LookAgainSoon();
  // Whether Redis held the name at the last look.
  bool HasSeen(const std::string& name) const;
  // A loss that lasts is logged again, when it is time to.
  void RepeatWarning();

  // Reads `groupring:accepted`, which ends a doubt that it is about and is void
  // for later ones.
  absl::Status CheckAcceptance(Connection* connection);

 private:
  // Returns whether it has walked over the key space, for whatever reason, so
  // that all names are staged that there are.
  absl::StatusOr<bool> Stage(bool walk, KeySelection names, Link* link,
                             const BeforeNames& before_names,
                             Staged* staged) const;
  struct Meanwhile {
    bool quiet;    // nothing has changed between the look before and this one
    bool flushed;  // all keys were deleted during this one
  };
  void Judge(const Staged& staged, Meanwhile meanwhile,
             const Acceptance& acceptance);
  void Doubt(LossEvidence evidence, bool first);
  void WarnOfLoss();
  DoubtedData Doubted(size_t names) const;
  absl::StatusOr<Acceptance> Accepted(Connection* connection) const;
  TimePoint Now() const { return clock_->Steady(); }

  const StoreOptions& options_;
  const Clock* const clock_;
  const LogSink log_;
  StoreStats* const stats_;
  Publisher* const publisher_;
  ComplaintLog* const complaints_;
  UnreadableKeys* const unreadable_;
  NameFinder* const finder_;
  GenerationTracker* const generations_;
  std::optional<LossGuard> guard_;
  TimePoint next_warning_{};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_FULL_LOAD_H_
