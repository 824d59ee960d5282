// The log of the embedded engine: standard error, or syslog if the host has
// become a daemon, which points standard error to /dev/null.
#ifndef GROUPRING_BACKEND_EMBEDDED_HOST_LOG_H_
#define GROUPRING_BACKEND_EMBEDDED_HOST_LOG_H_

#include "redis/base/log.h"

namespace groupring::backend {

// Logs what is at least of that level. Any thread may call it.
LogSink HostLog(Severity level);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_HOST_LOG_H_
