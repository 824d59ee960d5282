// Keeps the state file up to date, on a thread of its own.
#ifndef GROUPRING_BACKEND_STATE_STATE_SAVER_H_
#define GROUPRING_BACKEND_STATE_STATE_SAVER_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "backend/state/state_file.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/base/worker_thread.h"

namespace groupring::backend {

// Thread-safe. Saves the current dataset after it has changed: first as a
// whole, then by appending the changes to the same file. Between two saves it
// pauses in proportion to the time that a save takes, and its thread has a
// lower priority, because queries compete with it for the processor.
class StateSaver {
 public:
  static constexpr int kRestPerWork = 20;
  static constexpr std::chrono::milliseconds kMinRest{1000};
  static constexpr std::chrono::milliseconds kMaxRest{10'000};

  // `path` as of StateFilePath; if it is empty nothing is saved. `current` is
  // called on the saver's thread only; `clock` outlives it.
  StateSaver(std::string path, std::function<SavedDataset()> current,
             const Clock* clock, LogSink log);
  ~StateSaver();  // stops

  StateSaver(const StateSaver&) = delete;
  StateSaver& operator=(const StateSaver&) = delete;

  void Start();
  // Saves the last change, if it is not saved yet. Idempotent.
  void Stop();

  // The generation that a process started now would find in the file: that of
  // the dataset saved last; 0: the file is not from this process; nullopt:
  // there is no file.
  std::optional<int64_t> saved_generation() const;

  // When the data in the file was saved, in unix milliseconds; nullopt: not by
  // this process, and nobody has called Found.
  std::optional<int64_t> saved_unix_millis() const;

  // The file has been read, and its data was saved at that time.
  void Found(int64_t unix_millis) { saved_unix_millis_ = unix_millis; }

  // Why the last attempt to save failed; empty: it did not.
  std::string trouble() const ABSL_LOCKS_EXCLUDED(mutex_);

  // The dataset has changed. May be called before Start, which then saves it.
  void Changed();

 private:
  static constexpr int64_t kNoFile = -1;

  // The whole is written again when its changes would exceed its size by more
  // than this.
  static constexpr size_t kLeastChanges = size_t{1} << 16;

  void Run();
  void Save();
  absl::Status Write(const SavedDataset& now);

  const std::string path_;
  const std::function<SavedDataset()> current_;
  const Clock* const clock_;
  const LogSink log_;

  // Of the thread: what is in the file, whole and in changes behind it; nothing
  // where that is not known.
  std::optional<SavedDataset> written_;
  size_t whole_size_ = 0;
  size_t changed_size_ = 0;

  std::atomic<bool> changed_{false};
  std::atomic<int64_t> saved_generation_;      // kNoFile: there is none
  std::atomic<int64_t> saved_unix_millis_{0};  // 0: not known
  mutable Mutex mutex_;
  std::string trouble_ ABSL_GUARDED_BY(mutex_);
  WorkerThread thread_{"state-saver"};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_STATE_SAVER_H_
