// Questions that are answered wherever they are asked: `pdnsutil backend-cmd`
// through any connector, and HTTP. Nothing here changes state.
#ifndef GROUPRING_BACKEND_API_READ_COMMANDS_H_
#define GROUPRING_BACKEND_API_READ_COMMANDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/protocol/http_message.h"
#include "backend/report/status_report.h"
#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// `status`, `group list`, `group show G`, `explain NAME CLIENT [RESOLVER]`,
// each with `--json` anywhere; anything else is answered with the list of
// them. The answer for people, or JSON.
std::string RunReadCommand(const Snapshot& snapshot, const NodeFacts& facts,
                           std::string_view command, int64_t unix_millis);

// GET /api/v1/status, /api/v1/groups, /api/v1/names,
// /api/v1/explain?name=…&client=…[&resolver=…]: JSON; 400 with an error that
// says what is missing. 404 for other paths.
HttpResponse AnswerApi(const Snapshot& snapshot, const NodeFacts& facts,
                       const HttpRequest& request, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_READ_COMMANDS_H_
