// What the HTTP listener answers beside PowerDNS: /api/v1, /livez, /readyz.
#ifndef GROUPRING_BACKEND_API_PAGES_H_
#define GROUPRING_BACKEND_API_PAGES_H_

#include <cstddef>

#include "backend/api/read_commands.h"
#include "backend/engine/engine.h"
#include "backend/protocol/http_message.h"
#include "backend/protocol/http_router.h"
#include "backend/report/health_report.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// GET /api/v1/status, …/groups, …/group?group=…, …/names, …/name?name=…,
// …/explain?name=…&client=…[&resolver=…]: JSON; 400 with an error that says
// what is missing or wrong, 507 if the answer were too long. 404 for what does
// not exist, and for other paths.
HttpResponse AnswerApi(const ReadSource& source, const HttpRequest& request,
                       size_t max_bytes = kMostBytes);

// GET /api/v1/health[?after=G&limit=N], …/health?group=G[&limit=N]: JSON; 400
// and 404 likewise.
HttpResponse AnswerHealth(const HealthView& view, const HttpRequest& request);

// Add routes, which use the engine and the clock: /livez and /readyz; and the
// rest. Nothing here changes state, so nothing here asks who is there.
void AddProbes(const Engine* engine, const Clock* clock, HttpRouter* router);
void AddPages(const Engine* engine, const Clock* clock, size_t max_bytes,
              HttpRouter* router);

// In the place of AddPages: answers with where the pages are.
void AddPagesElsewhere(HttpRouter* router);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_PAGES_H_
