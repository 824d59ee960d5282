#include "backend/state/state_saver.h"

#include <algorithm>
#include <utility>

#include "backend/state/dataset_text.h"
#include "backend/state/state_file.h"

namespace groupring::backend {

StateSaver::StateSaver(std::string path,
                       std::function<redis::Dataset()> current,
                       const Clock* clock, LogSink log)
    : path_(std::move(path)),
      current_(std::move(current)),
      clock_(clock),
      log_(std::move(log)) {}

StateSaver::~StateSaver() { Stop(); }

void StateSaver::Start() {
  if (path_.empty()) return;
  thread_ = std::thread([this] { Run(); });
}

void StateSaver::Stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wakeup_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StateSaver::Changed() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    changed_ = true;
  }
  wakeup_.notify_all();
}

void StateSaver::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wakeup_.wait(lock, [this] { return stopping_ || changed_; });
    if (!changed_) return;  // stopping, and nothing left to save
    changed_ = false;
    lock.unlock();
    const auto start = clock_->Steady();
    Save();
    const std::chrono::nanoseconds work = clock_->Steady() - start;
    lock.lock();
    wakeup_.wait_for(lock,
                     std::clamp<std::chrono::nanoseconds>(kRestPerWork * work,
                                                          kMinRest, kMaxRest),
                     [this] { return stopping_; });
  }
}

void StateSaver::Save() {
  const absl::Status status =
      WriteStateFile(path_, EncodeState(current_(), clock_->UnixMillis()));
  std::string trouble;
  if (!status.ok()) {
    trouble = std::string(status.message()) +
              "; a start without Redis would have nothing to answer from";
  }
  if (!trouble.empty() && trouble != last_trouble_) {
    log_(Severity::kWarning, trouble);
  }
  last_trouble_ = std::move(trouble);
}

}  // namespace groupring::backend
