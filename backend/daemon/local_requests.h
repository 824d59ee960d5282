// Requests on the control socket for what holds on this node alone.
#ifndef GROUPRING_BACKEND_DAEMON_LOCAL_REQUESTS_H_
#define GROUPRING_BACKEND_DAEMON_LOCAL_REQUESTS_H_

#include <string>

#include "backend/engine/engine.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Does what the request asks for (handover/messages.h) and logs it. The answer
// for the command that asked; empty: no such request is known. `clock`: the
// node's.
std::string AnswerLocalRequest(const std::string& text, Engine* engine,
                               const Clock& clock, const LogSink& log);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_LOCAL_REQUESTS_H_
