// Keeps the state file up to date, off everybody's path.
#ifndef GROUPRING_BACKEND_STATE_STATE_SAVER_H_
#define GROUPRING_BACKEND_STATE_STATE_SAVER_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Thread-safe. Saves the newest dataset offered, not more often than once an
// interval; what is offered in between is never written.
class StateSaver {
 public:
  static constexpr std::chrono::milliseconds kInterval{1000};

  // `path` as of StateFilePath; an empty one switches saving off. `clock`
  // outlives the saver.
  StateSaver(std::string path, const Clock* clock, LogSink log);
  ~StateSaver();  // stops

  StateSaver(const StateSaver&) = delete;
  StateSaver& operator=(const StateSaver&) = delete;

  void Start();
  // Saves what is still to be saved. Idempotent.
  void Stop();

  // Copies pointers only.
  void Offer(const redis::Dataset& dataset);

 private:
  void Run();
  void Save(const redis::Dataset& dataset);

  const std::string path_;
  const Clock* const clock_;
  const LogSink log_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<redis::Dataset> offered_;  // guarded by mutex_
  bool stopping_ = false;                  // guarded by mutex_
  std::string last_trouble_;               // the saver's thread only
  std::thread thread_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_STATE_SAVER_H_
