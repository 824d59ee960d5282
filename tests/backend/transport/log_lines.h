// Collects what a server logs, from any thread.
#ifndef GROUPRING_TESTS_BACKEND_TRANSPORT_LOG_LINES_H_
#define GROUPRING_TESTS_BACKEND_TRANSPORT_LOG_LINES_H_

#include <string>
#include <string_view>
#include <vector>

#include "redis/base/log.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

class LogLines {
 public:
  LogSink Sink() {
    return [this](Severity, const std::string& line) {
      MutexLock lock(&mutex_);
      lines_.push_back(line);
    };
  }

  std::vector<std::string> All() const {
    MutexLock lock(&mutex_);
    return lines_;
  }

  // How many lines contain the text.
  size_t Count(std::string_view text = {}) const {
    size_t count = 0;
    for (const std::string& line : All()) {
      if (line.find(text) != line.npos) ++count;
    }
    return count;
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_TRANSPORT_LOG_LINES_H_
