// `groupring watch` on a terminal: one screen that is kept up to date.
#ifndef GROUPRING_BACKEND_PROGRAM_TERMINAL_WATCH_H_
#define GROUPRING_BACKEND_PROGRAM_TERMINAL_WATCH_H_

#include <chrono>

#include "backend/program/control_session.h"
#include "backend/report/service_report.h"

namespace groupring::backend {

// Shows the report and what follows it: at once what commands change, and at
// the latest after `interval` everything else. Returns the exit status when "q"
// is typed; ends by the signal when one ends it. The terminal is then as it
// was.
int WatchOnTerminal(ServiceReport report, std::chrono::milliseconds interval,
                    ControlSession* session);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_TERMINAL_WATCH_H_
