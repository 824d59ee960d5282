// The page for people on the HTTP listener: `/`, and its style.
#ifndef GROUPRING_BACKEND_API_STATUS_ROUTE_H_
#define GROUPRING_BACKEND_API_STATUS_ROUTE_H_

#include <cstddef>

#include "backend/api/pages.h"
#include "backend/engine/engine.h"
#include "backend/protocol/http_router.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// Adds `/` and `/style.css`. With ?name=…&client=…[&resolver=…] the page
// explains that answer; with ?refresh=SECONDS it reloads itself. `clock` shows
// Redis' time. The engine and the clock outlive the router.
void AddStatusPage(const Engine* engine, const Clock* clock, PageFacts facts,
                   size_t max_bytes, HttpRouter* router);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_STATUS_ROUTE_H_
