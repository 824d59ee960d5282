// Says each complaint about Redis' data once, until it has been put right.
#ifndef GROUPRING_REDIS_LOAD_COMPLAINT_LOG_H_
#define GROUPRING_REDIS_LOAD_COMPLAINT_LOG_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Not thread-safe.
class ComplaintLog {
 public:
  // Lines about one key at a time, and about all keys in a minute: whatever
  // stands in Redis, the log stays readable.
  static constexpr size_t kMaxLinesPerKey = 5;
  static constexpr size_t kMaxLinesPerMinute = 1000;

  // `malformed` counts complaints when they are new.
  ComplaintLog(const Clock* clock, LogSink log,
               std::atomic<uint64_t>* malformed)
      : clock_(clock), log_(std::move(log)), malformed_(malformed) {}

  // `keys` have just been read, and these are all complaints about them. What
  // was complained about before and no longer is counts as put right.
  void Update(const std::vector<std::string>& keys,
              const Complaints& complaints);

 private:
  using Texts = absl::flat_hash_set<uint64_t>;  // hashes of them

  void UpdateKey(const std::string& key,
                 const std::vector<const Complaint*>& complaints);
  void Say(const std::string& line);

  const Clock* const clock_;
  const LogSink log_;
  std::atomic<uint64_t>* const malformed_;
  absl::flat_hash_map<std::string, Texts> open_;
  std::chrono::steady_clock::time_point minute_start_{};
  size_t lines_this_minute_ = 0;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_COMPLAINT_LOG_H_
