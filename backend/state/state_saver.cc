#include "backend/state/state_saver.h"

#include <algorithm>
#include <utility>

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
  thread_.Start([this] { Run(); });
}

void StateSaver::Stop() { thread_.Stop(); }

void StateSaver::Changed() {
  changed_ = true;
  thread_.Wake();
}

void StateSaver::Run() {
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
