// Reads the nodes and the newest audit entries for pages that show them.
#ifndef GROUPRING_REDIS_ADMIN_RECORD_READER_H_
#define GROUPRING_REDIS_ADMIN_RECORD_READER_H_

#include <chrono>
#include <memory>

#include "absl/status/status.h"
#include "redis/admin/admin.h"
#include "redis/base/clock.h"
#include "redis/base/mutex.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/service_records.h"

namespace groupring::redis {

// Thread-safe. Keeps one connection, and what it has read.
class RecordReader {
 public:
  // `clock` outlives it.
  RecordReader(Location location, ConnectionTimeouts timeouts,
               const Clock* clock);

  // From now on reads there.
  void Move(Location location, ConnectionTimeouts timeouts)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // What Redis holds, at most a second old; blocks within the deadlines of a
  // connection. While Redis does not answer it is asked every two seconds at
  // most. While another thread reads, and in between, what was read last.
  ServiceRecords Read() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Source {
    Location location;
    ConnectionTimeouts timeouts;
    std::unique_ptr<Admin> admin;  // null: not connected
  };

  static absl::Status ReadFrom(Source* source, ServiceRecords* records);

  const Clock* const clock_;
  Mutex mutex_;  // not held while Redis is asked
  // Null: a thread reads with it.
  std::unique_ptr<Source> source_ ABSL_GUARDED_BY(mutex_);
  // To take its place when that thread has read; null: none.
  std::unique_ptr<Source> moved_to_ ABSL_GUARDED_BY(mutex_);
  ServiceRecords records_ ABSL_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point next_ ABSL_GUARDED_BY(mutex_){};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_RECORD_READER_H_
