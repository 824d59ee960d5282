// Where a line goes that the embedded engine has to say: to standard error as
// long as somebody reads it, else to syslog. A host that became a daemon has
// pointed standard error to /dev/null.
#ifndef GROUPRING_BACKEND_EMBEDDED_HOST_LOG_H_
#define GROUPRING_BACKEND_EMBEDDED_HOST_LOG_H_

#include <string>

#include "redis/base/log.h"

namespace groupring::backend {

// From `level` on ("debug", "info", "warning", "error"). Any thread.
LogSink HostLog(const std::string& level);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_HOST_LOG_H_
