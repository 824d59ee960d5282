#include "backend/transport/log_limiter.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::backend {

LogLimiter::LogLimiter(int lines, std::chrono::seconds interval,
                       const Clock* clock, LogSink sink)
    : lines_(lines),
      interval_(interval),
      clock_(clock),
      sink_(std::move(sink)),
      begin_(clock->Steady()) {}

void LogLimiter::Log(Severity severity, const std::string& line) {
  if (!sink_) return;
  int64_t left_out = 0;
  {
    MutexLock lock(&mutex_);
    const auto now = clock_->Steady();
    if (now - begin_ >= interval_) {
      begin_ = now;
      used_ = 0;
    }
    if (used_ == lines_) {
      ++left_out_;
      return;
    }
    ++used_;
    left_out = std::exchange(left_out_, 0);
  }
  sink_(severity, left_out == 0 ? line
                                : absl::StrFormat("%s (before that, %d like "
                                                  "this were not logged)",
                                                  line, left_out));
}

}  // namespace groupring::backend
