// Keeps the state file up to date, off everybody's path.
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

// Thread-safe. Saves what is current once it has changed, but rests between two
// savings, the longer the more it takes: that is processor time, and those who
// answer wait for it.
class StateSaver {
 public:
  static constexpr int kRestPerWork = 20;
  static constexpr std::chrono::milliseconds kMinRest{1000};
  static constexpr std::chrono::milliseconds kMaxRest{10'000};

  // `path` as of StateFilePath; an empty one switches saving off. `current` is
  // called by the saver's thread and by nobody else; `clock` outlives it.
  StateSaver(std::string path, std::function<redis::Dataset()> current,
             const Clock* clock, LogSink log);
  ~StateSaver();  // stops

  StateSaver(const StateSaver&) = delete;
  StateSaver& operator=(const StateSaver&) = delete;

  void Start();
  // Saves what is still to be saved. Idempotent.
  void Stop();

  // Also before Start, which then saves.
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
