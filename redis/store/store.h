// The store: Redis mirrored in memory and kept up to date.
//
// One thread of its own does all Redis work: it loads everything, follows
// changes (CLIENT TRACKING redirected to a second connection, SCAN for new
// names, both re-established with back-off after a loss, at another server
// where there are several) and refills pools of
// draws. While Redis is away the last dataset stays.
#ifndef GROUPRING_REDIS_STORE_STORE_H_
#define GROUPRING_REDIS_STORE_STORE_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/redis_clock.h"
#include "redis/connection/location.h"
#include "redis/model/data_returned.h"
#include "redis/model/dataset.h"
#include "redis/model/feed_counts.h"
#include "redis/model/health_data.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

struct StoreOptions {
  Location location;
  Schema schema = Schema::kGroupring;
  // Bounds each connect and each command (a pipeline counts per reply).
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds command_timeout{1000};
  // New names written with redis-cli appear within this time.
  std::chrono::milliseconds scan_interval{2000};
  // Re-reads known keys in turn, once round in this time: the safety net
  // should an invalidation ever be lost.
  std::chrono::milliseconds reread_interval{60000};
  // After a loss: the first wait, doubled up to the second.
  std::chrono::milliseconds backoff_min{50};
  std::chrono::milliseconds backoff_max{1000};
  // Where there are several servers: how long one with the changes that were
  // known before is looked for, before one that has lost some is believed.
  std::chrono::milliseconds behind_limit{10000};
  // How often the server is asked whether it still is what it was.
  std::chrono::milliseconds role_interval{2000};
  // How often announcements are asked for again after Redis refused them.
  std::chrono::milliseconds tracking_retry_interval{30'000};
  // Called on the store's thread with what checkers have written, when that has
  // changed; empty: it is not read.
  std::function<void(std::shared_ptr<const HealthData>)> health_listener;
  // Kept at the server's time while connected; null: the time is not asked.
  // Outlives the store.
  RedisClock* redis_clock = nullptr;
};

// DataReturned that any thread may read.
class AtomicDataReturned {
 public:
  void Set(const DataReturned& data);
  DataReturned Get() const;

 private:
  // Known and returned: names, groups, addresses. They need not be of one look.
  std::array<std::atomic<size_t>, 6> counts_{};
};

// Counters since the start; any thread may read them.
struct StoreStats {
  std::atomic<bool> connected{false};  // and everything loaded through it
  // What checkers write is known as it is in Redis.
  std::atomic<bool> follows_health{false};
  std::atomic<bool> loaded{false};    // a dataset has been published
  std::atomic<uint64_t> loads{0};     // full loads
  std::atomic<uint64_t> connects{0};  // that led to a load
  std::atomic<uint64_t> connect_failures{0};
  std::atomic<uint64_t> invalidations{0};  // keys that Redis said have changed
  std::atomic<uint64_t> commands{0};
  std::atomic<uint64_t> changed_reads{0};  // as in FeedCounts
  std::atomic<uint64_t> rereads{0};
  std::atomic<uint64_t> malformed{0};  // values skipped
  std::atomic<uint64_t> draws{0};      // members that SRANDMEMBER returned
  std::atomic<int64_t> last_contact_unix_millis{0};
  // Redis announces changes. No: known keys are polled every second or so.
  std::atomic<bool> tracking{false};
  // It does not, because the keys that are followed would fill most of its
  // table, and others write too much to be told of each write.
  std::atomic<bool> tracking_overflows{false};
  // It announces every write, as those keys would fill most of its table.
  std::atomic<bool> announces_all_writes{false};
  // Redis lost data that it had, so the previous dataset is used instead (see
  // README.md); since when, and how many names Redis holds instead.
  std::atomic<bool> holding{false};
  std::atomic<int64_t> holding_since_unix_millis{0};
  std::atomic<int64_t> holding_names{0};
  AtomicDataReturned holding_returned;
  // The dataset has been what Redis holds without interruption since then.
  std::atomic<int64_t> live_since_unix_millis{0};
  // When the dataset was last known to be what Redis holds; 0: never.
  std::atomic<int64_t> confirmed_unix_millis{0};
  // Grows as long as the store's thread is not stuck: several times a second
  // or so, but for the time that one command may take.
  std::atomic<uint64_t> turns{0};

  FeedCounts Counts() const;
};

// A dataset from before this store: of the state file, or of another store.
struct KnownData {
  Dataset dataset;
  int64_t confirmed_unix_millis = 0;  // when Redis held it
};

class Store {
 public:
  // Called on the store's thread after each change, before the next is read.
  // The dataset may be copied from but not kept.
  using Listener = std::function<void(const Dataset&, const DatasetChange&)>;

  // `clock` outlives the store. Nothing happens before Start. `known` is what
  // Redis should hold by all that is known: should all of it be gone, that is
  // not believed, and published as long as it lasts.
  Store(StoreOptions options, const Clock* clock, LogSink log,
        Listener listener, const KnownData& known = {});
  ~Store();  // stops

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Starts the thread and returns at once, whether or not Redis is there.
  void Start();

  // Ends the thread, within one command's deadline. Idempotent.
  void Stop();

  // A query took the draw that made a pool want more. Any thread; never
  // blocks.
  void WakeForDraws();

  const StoreStats& stats() const;

  // Whether changes are known to have been announced that are not part of the
  // dataset yet. Others may be on their way from Redis, which takes
  // milliseconds. Any thread.
  bool ChangesWait() const;

  // What is wrong with values in Redis now, by key, at most `limit`; *total is
  // the number of keys with any. Any thread; waits for nothing but a copy.
  Complaints OpenComplaints(size_t limit, size_t* total) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_STORE_H_
