#include "backend/embedded/host_log.h"

#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

struct Level {
  const char* name;
  int priority;
};

Level LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return {"debug", LOG_DEBUG};
    case Severity::kInfo:
      return {"info", LOG_INFO};
    case Severity::kWarning:
      return {"warning", LOG_WARNING};
    case Severity::kError:
      return {"error", LOG_ERR};
  }
  return {"error", LOG_ERR};
}

bool NobodyReadsStderr() {
  struct stat err {};
  struct stat null {};
  if (fstat(STDERR_FILENO, &err) != 0) return true;
  return stat("/dev/null", &null) == 0 && S_ISCHR(err.st_mode) &&
         err.st_rdev == null.st_rdev;
}

}  // namespace

LogSink HostLog(Severity level) {
  return [level](Severity severity, const std::string& line) {
    if (severity < level) return;
    const Level as = LevelOf(severity);
    // Text from Redis must not break the line.
    const std::string shown = Printable(line, kMaxLine);
    if (NobodyReadsStderr()) {
      syslog(LOG_DAEMON | as.priority, "groupring %s: %s", as.name,
             shown.c_str());
    } else {
      std::fprintf(stderr, "groupring %s: %s\n", as.name, shown.c_str());
    }
  };
}

}  // namespace groupring::backend
