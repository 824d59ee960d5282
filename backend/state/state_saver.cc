#include "backend/state/state_saver.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "backend/state/state_file.h"
#include "redis/base/thread_priority.h"

namespace groupring::backend {
namespace {

bool FileExists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace

StateSaver::StateSaver(std::string path, std::function<SavedDataset()> current,
                       const Clock* clock, LogSink log)
    : path_(std::move(path)),
      current_(std::move(current)),
      clock_(clock),
      log_(std::move(log)),
      saved_generation_(!path_.empty() && FileExists(path_) ? 0 : kNoFile) {}

StateSaver::~StateSaver() { Stop(); }

void StateSaver::Start() {
  if (path_.empty()) return;
  RemoveUnfinishedStateFiles(path_, clock_->UnixMillis());
  thread_.Start([this] { Run(); });
}

void StateSaver::Stop() { thread_.Stop(); }

void StateSaver::Changed() {
  changed_ = true;
  thread_.Wake();
}

void StateSaver::Run() {
  LowerThreadPriority();
  for (;;) {
    const bool last = thread_.stopping();
    if (changed_.exchange(false)) {
      const auto start = clock_->Steady();
      Save();
      const auto end = clock_->Steady();
      thread_.SleepUntil(
          end + std::clamp<std::chrono::nanoseconds>(
                    kRestPerWork * (end - start), kMinRest, kMaxRest),
          *clock_);
    } else if (last) {
      return;
    } else {
      thread_.Wait();
    }
  }
}

std::optional<int64_t> StateSaver::saved_generation() const {
  const int64_t generation = saved_generation_;
  if (generation == kNoFile) return std::nullopt;
  return generation;
}

std::optional<int64_t> StateSaver::saved_unix_millis() const {
  const int64_t unix_millis = saved_unix_millis_;
  if (unix_millis == 0) return std::nullopt;
  return unix_millis;
}

std::string StateSaver::trouble() const {
  const MutexLock lock(&mutex_);
  return trouble_;
}

absl::Status StateSaver::Write(const SavedDataset& now) {
  if (written_) {
    const std::string changes = EncodeChanges(*written_, now);
    if (changed_size_ + changes.size() <= whole_size_ + kLeastChanges) {
      const absl::Status added =
          AppendStateFile(path_, whole_size_ + changed_size_, changes);
      if (added.ok()) changed_size_ += changes.size();
      // Several coprocesses may save: the last one that wrote it whole adds to
      // it.
      if (added.ok() || !absl::IsAborted(added)) return added;
    }
  }
  const std::string whole =
      EncodeState(now.dataset, now.saved_unix_millis, now.health);
  whole_size_ = whole.size();
  changed_size_ = 0;
  return WriteStateFile(path_, whole);
}

void StateSaver::Save() {
  SavedDataset now = current_();
  const absl::Status status = Write(now);
  std::string trouble;
  if (status.ok()) {
    saved_generation_ = now.dataset.generation;
    saved_unix_millis_ = now.saved_unix_millis;
    written_.emplace(std::move(now));
  } else {
    written_.reset();
    trouble = std::string(status.message()) +
              "; a start without Redis would have nothing to answer from, or "
              "what was saved before";
  }
  const MutexLock lock(&mutex_);
  if (!trouble.empty() && trouble != trouble_) {
    log_(Severity::kWarning, trouble);
  }
  trouble_ = std::move(trouble);
}

}  // namespace groupring::backend
