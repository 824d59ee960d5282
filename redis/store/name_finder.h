// Finds names in the key space: those that walks over it come across.
#ifndef GROUPRING_REDIS_STORE_NAME_FINDER_H_
#define GROUPRING_REDIS_STORE_NAME_FINDER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/connection/connection.h"
#include "redis/connection/packed_texts.h"
#include "redis/load/complaint_log.h"
#include "redis/load/discovery.h"
#include "redis/load/existing_keys.h"
#include "redis/model/dataset.h"
#include "redis/schema/razor_names.h"
#include "redis/store/known_keys.h"
#include "redis/store/store.h"

namespace groupring::redis {

// When to take the steps of walks: a walk every `interval`, its steps spread
// over the first half of it, and never more than a small part of the time, so
// that a huge key space of other applications slows discovery instead of Redis.
class DiscoveryPace {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit DiscoveryPace(std::chrono::milliseconds interval)
      : interval_(interval) {}

  // Starts over: the next walk begins one interval after `now`.
  void Reset(TimePoint now);

  TimePoint next_step() const { return next_; }

  // The next walk begins at `now`.
  void StartWalk(TimePoint now) {
    next_ = now;
    walking_ = false;
  }

  // A step, one of about that many, took from `start` to `end`. Returns how
  // long the walk took, from its first step to its last, if this step completed
  // it and zero otherwise.
  std::chrono::nanoseconds StepTaken(TimePoint start, TimePoint end,
                                     int64_t expected_steps, bool completed);

 private:
  const std::chrono::milliseconds interval_;
  TimePoint next_{};
  TimePoint walk_start_{};
  bool walking_ = false;
};

// Complains about names that are not stored as such. Not thread-safe.
class NameFinder {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Names = std::vector<std::string>;

  // Pointers and references outlive this object.
  NameFinder(const StoreOptions& options, const Clock* clock, LogSink log,
             ComplaintLog* complaints)
      : options_(options),
        clock_(clock),
        log_(std::move(log)),
        complaints_(complaints),
        discovery_(options.schema),
        pace_(options.scan_interval) {}

  // Walks begin one interval from now.
  void Start();
  // The walk under way begins again.
  void Restart() { discovery_.Restart(); }

  TimePoint next_step() const { return pace_.next_step(); }

  // One step, which adds the names that it found, but not those of keys that
  // are known (see StepExamined). Returns whether it completed a walk.
  absl::StatusOr<bool> Step(Connection* connection, Names* names);

  // Whether all names that the last step added are part of the dataset. If not,
  // or if that is not known, they are looked at again.
  void StepExamined(bool all_known);
  // Walks look at all keys again: names may have gone and come back.
  void ForgetKeys();
  // Likewise, at the keys of names that have gone.
  void Follow(const Dataset& dataset, const DatasetChange& change);

  // A whole walk at once. Notes all keys of names and groups in *existing, if
  // that is not null.
  absl::Status Walk(Connection* connection, Names* names,
                    ExistingKeys* existing);

  // The keys of that name make no name: it is not found again for a while.
  void NoName(const std::string& name) { no_names_.insert(name); }
  // These are about to be part of the dataset. By razor's rules a new zone
  // makes names of keys that made none: a walk begins at once.
  void NoteNames(const NameMap& names, const Dataset& dataset);
  void ForgetNoNames() { no_names_.clear(); }

 private:
  // False: the key has to be looked at in the next walk, too.
  bool Classify(std::string_view key, Names* names);
  void EndWalk(std::chrono::nanoseconds took);

  const StoreOptions& options_;
  const Clock* const clock_;
  const LogSink log_;
  ComplaintLog* const complaints_;
  Discovery discovery_;
  DiscoveryPace pace_;
  absl::flat_hash_set<std::string> no_names_;
  TimePoint forget_no_names_{};
  // Keys of names that are not stored in lower case without trailing dot.
  absl::flat_hash_set<std::string> odd_keys_;
  absl::flat_hash_set<std::string> odd_keys_last_walk_;
  KnownKeys known_;   // whose names are part of the dataset, or that make none
  PackedTexts step_;  // the keys of the last step
  // Those of them that are known if all its names are.
  std::vector<std::string_view> fresh_;
  size_t walked_ = 0;  // keys of the walk under way
  bool said_slow_walk_ = false;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_NAME_FINDER_H_
