// Keeps what a peer can cause at will from filling the log.
#ifndef GROUPRING_BACKEND_TRANSPORT_LOG_LIMITER_H_
#define GROUPRING_BACKEND_TRANSPORT_LOG_LIMITER_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Lets a number of lines through in each interval. Lines left out are counted,
// and the count is added to the first line of a later interval. Thread-safe;
// the clock outlives it.
class LogLimiter {
 public:
  LogLimiter(int lines, std::chrono::seconds interval, const Clock* clock,
             LogSink sink);

  void Log(Severity severity, const std::string& line);

 private:
  const int lines_;
  const std::chrono::seconds interval_;
  const Clock* const clock_;
  const LogSink sink_;

  Mutex mutex_;
  std::chrono::steady_clock::time_point begin_ ABSL_GUARDED_BY(mutex_);
  int used_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_LOG_LIMITER_H_
