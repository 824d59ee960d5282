// What the HTTP listener answers beside PowerDNS: /api/v1, /livez, /readyz.
#ifndef GROUPRING_BACKEND_API_PAGES_H_
#define GROUPRING_BACKEND_API_PAGES_H_

#include <cstddef>
#include <functional>
#include <string>

#include "backend/api/read_commands.h"
#include "backend/engine/engine.h"
#include "backend/protocol/http_message.h"
#include "backend/protocol/http_router.h"
#include "backend/report/health_report.h"
#include "redis/base/clock.h"
#include "redis/model/service_records.h"

namespace groupring::backend {

// GET /api/v1/status, …/groups, …/group?group=…, …/names, …/name?name=…,
// …/explain?name=…&client=…[&resolver=…]: JSON; 400 with an error that says
// what is missing or wrong, 507 if the answer would exceed `max_bytes`. 404 for
// a group or name that does not exist, and for other paths.
HttpResponse AnswerApi(const ReadSource& source, const HttpRequest& request,
                       size_t max_bytes = kMostBytes);

// GET /api/v1/health[?after=G&limit=N], …/health?group=G[&limit=N]: JSON; 400
// and 404 as in AnswerApi.
HttpResponse AnswerHealth(const HealthView& view, const HttpRequest& request);

// What pages show besides the engine.
struct PageFacts {
  std::string node;  // its name
  // The nodes, the newest changes and what was measured. Called on the threads
  // that make pages; may wait for Redis.
  std::function<redis::ServiceRecords()> records;
  double heavy_share = 0.5;  // see ReadSource
};

// AddProbes adds /livez and /readyz, AddPages the other routes. The engine and
// the clock outlive the router. No route changes state, so none authenticates
// its client.
void AddProbes(const Engine* engine, const Clock* clock, HttpRouter* router);
void AddPages(const Engine* engine, const Clock* clock, PageFacts facts,
              size_t max_bytes, HttpRouter* router);

// Instead of AddPages: its paths answer 404, with the setting that says where
// the pages are.
void AddPagesElsewhere(HttpRouter* router);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_PAGES_H_
