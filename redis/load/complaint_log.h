// Says each complaint about Redis' data once, and when it has been put right.
#ifndef GROUPRING_REDIS_LOAD_COMPLAINT_LOG_H_
#define GROUPRING_REDIS_LOAD_COMPLAINT_LOG_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Belongs to one thread, but for Open, which any may call.
class ComplaintLog {
 public:
  // Lines about one key at a time, and about all keys in a minute: whatever
  // is in Redis, the log stays readable.
  static constexpr size_t kMaxLinesPerKey = 5;
  static constexpr size_t kMaxLinesPerMinute = 1000;
  // Keys whose complaints can be listed. Those of others are only counted.
  static constexpr size_t kMaxListedKeys = 1000;

  // `malformed` counts complaints when they are new.
  ComplaintLog(const Clock* clock, LogSink log,
               std::atomic<uint64_t>* malformed)
      : clock_(clock), log_(std::move(log)), malformed_(malformed) {}

  // `keys` have just been read, and these are all complaints about them. What
  // was complained about before and no longer is counts as put right: of the
  // keys only those matter that are open.
  void Update(const std::vector<std::string>& keys,
              const Complaints& complaints);

  // Whether a complaint about the key stands.
  bool IsOpen(const std::string& key) const { return open_.contains(key); }

  // The key matters no more, and nobody has put it right.
  void Forget(const std::string& key);

  // The complaints that stand, by key: of each key those of kMaxLinesPerKey,
  // and at most `limit` in all. *total is the number of keys with any.
  Complaints Open(size_t limit, size_t* total) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Texts = absl::flat_hash_set<uint64_t>;  // hashes of them

  void UpdateKey(const std::string& key,
                 const std::vector<const Complaint*>& complaints);
  void List(const std::string& key,
            const std::vector<const Complaint*>& complaints)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Unlist(const std::string& key) ABSL_LOCKS_EXCLUDED(mutex_);
  void Say(Severity severity, const std::string& line);

  const Clock* const clock_;
  const LogSink log_;
  std::atomic<uint64_t>* const malformed_;
  absl::flat_hash_map<std::string, Texts> open_;
  std::chrono::steady_clock::time_point minute_start_{};
  size_t lines_this_minute_ = 0;

  mutable Mutex mutex_;  // held for as long as a copy takes
  std::map<std::string, std::vector<std::string>> listed_
      ABSL_GUARDED_BY(mutex_);
  size_t keys_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_COMPLAINT_LOG_H_
