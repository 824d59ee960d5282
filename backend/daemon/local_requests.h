// Requests on the control socket for what holds on this node alone.
#ifndef GROUPRING_BACKEND_DAEMON_LOCAL_REQUESTS_H_
#define GROUPRING_BACKEND_DAEMON_LOCAL_REQUESTS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/engine/engine.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

// Executes the request (handover/messages.h) and logs it. Returns the answer
// for the command; empty: unknown request. `clock`: the node's clock.
std::string AnswerLocalRequest(const std::string& text, Engine* engine,
                               const Clock& clock, const LogSink& log);

// Answers kTellNames. `generation`: what follows it in the request; `instance`:
// of this process.
absl::StatusOr<std::string> AnswerNames(std::string_view generation,
                                        const Engine& engine,
                                        const std::string& instance);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_LOCAL_REQUESTS_H_
