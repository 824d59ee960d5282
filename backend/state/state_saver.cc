#include "backend/state/state_saver.h"

#include <utility>

#include "backend/state/dataset_text.h"
#include "backend/state/state_file.h"

namespace groupring::backend {

StateSaver::StateSaver(std::string path, const Clock* clock, LogSink log)
    : path_(std::move(path)), clock_(clock), log_(std::move(log)) {}

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
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StateSaver::Offer(const redis::Dataset& dataset) {
  if (path_.empty()) return;
  redis::Dataset copy = dataset;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    offered_ = std::move(copy);
  }
  changed_.notify_all();
}

void StateSaver::Run() {
  for (;;) {
    std::optional<redis::Dataset> dataset;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || offered_.has_value(); });
      dataset.swap(offered_);
    }
    if (!dataset.has_value()) return;  // stopping, and nothing left to save
    Save(*dataset);
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, kInterval, [this] { return stopping_; });
  }
}

void StateSaver::Save(const redis::Dataset& dataset) {
  const absl::Status status =
      WriteStateFile(path_, EncodeState(dataset, clock_->UnixMillis()));
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
