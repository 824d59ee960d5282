// Where libraries send messages for people. Programs decide what to do with
// them; no library writes them to a file descriptor itself.
#ifndef GROUPRING_REDIS_BASE_LOG_H_
#define GROUPRING_REDIS_BASE_LOG_H_

#include <functional>
#include <string>

namespace groupring {

enum class Severity { kDebug, kInfo, kWarning, kError };

// Called from any thread, with one line without a newline and without secrets.
using LogSink = std::function<void(Severity, const std::string&)>;

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_LOG_H_
