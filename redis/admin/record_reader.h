// Reads the nodes and the newest audit entries for pages that show them.
#ifndef GROUPRING_REDIS_ADMIN_RECORD_READER_H_
#define GROUPRING_REDIS_ADMIN_RECORD_READER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "redis/admin/admin.h"
#include "redis/base/clock.h"
#include "redis/base/mutex.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/model/service_records.h"

namespace groupring::redis {

// Thread-safe. Keeps one connection and the records that it read last.
class RecordReader {
 public:
  // Of which it reads how busy they are.
  using Groups = std::function<std::vector<std::string>()>;

  // `clock` must outlive the reader. `groups` may be null.
  RecordReader(Location location, ConnectionTimeouts timeouts,
               const Clock* clock, Groups groups = nullptr);

  // Reads from this location from now on.
  void Move(Location location, ConnectionTimeouts timeouts)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // What Redis holds, at most a second old. Blocks within the deadlines of a
  // connection. If Redis does not answer, it is asked again after two seconds.
  // Until then, and while another thread reads, returns what was read last.
  ServiceRecords Read() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Source {
    Location location;
    ConnectionTimeouts timeouts;
    std::unique_ptr<Admin> admin;  // null: not connected
    std::shared_ptr<const Measured> measured = nullptr;
    std::chrono::steady_clock::time_point next_measured = {};
  };

  absl::Status ReadFrom(Source* source, ServiceRecords* records) const;
  void ReadMeasured(Source* source) const;

  const Clock* const clock_;
  const Groups groups_;
  Mutex mutex_;  // not held while Redis is asked
  // Null while a thread reads with it.
  std::unique_ptr<Source> source_ ABSL_GUARDED_BY(mutex_);
  // Replaces source_ when that thread has finished; null: none.
  std::unique_ptr<Source> moved_to_ ABSL_GUARDED_BY(mutex_);
  ServiceRecords records_ ABSL_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point next_ ABSL_GUARDED_BY(mutex_){};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_RECORD_READER_H_
