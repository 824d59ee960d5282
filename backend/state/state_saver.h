// Keeps the state file up to date, on a thread of its own.
#ifndef GROUPRING_BACKEND_STATE_STATE_SAVER_H_
#define GROUPRING_BACKEND_STATE_STATE_SAVER_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/worker_thread.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Thread-safe. Saves the current dataset after it has changed. Between two
// saves it pauses in proportion to the time that a save takes, because queries
// compete with it for the processor.
class StateSaver {
 public:
  static constexpr int kRestPerWork = 20;
  static constexpr std::chrono::milliseconds kMinRest{1000};
  static constexpr std::chrono::milliseconds kMaxRest{10'000};

  // `path` as of StateFilePath; if it is empty nothing is saved. `current` is
  // called on the saver's thread only; `clock` outlives it.
  StateSaver(std::string path, std::function<redis::Dataset()> current,
             const Clock* clock, LogSink log);
  ~StateSaver();  // stops

  StateSaver(const StateSaver&) = delete;
  StateSaver& operator=(const StateSaver&) = delete;

  void Start();
  // Saves the last change, if it is not saved yet. Idempotent.
  void Stop();

  // The dataset has changed. May be called before Start, which then saves it.
  void Changed();

 private:
  void Run();
  void Save();

  const std::string path_;
  const std::function<redis::Dataset()> current_;
  const Clock* const clock_;
  const LogSink log_;

  std::atomic<bool> changed_{false};
  std::string last_trouble_;  // the saver's thread only
  WorkerThread thread_{"state-saver"};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_STATE_SAVER_H_
