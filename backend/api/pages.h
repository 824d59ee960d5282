// What the HTTP listener answers beside PowerDNS: /api/v1, /livez, /readyz.
#ifndef GROUPRING_BACKEND_API_PAGES_H_
#define GROUPRING_BACKEND_API_PAGES_H_

#include "backend/engine/engine.h"
#include "backend/protocol/http_router.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// Adds the routes, which use the engine and the clock. Nothing here changes
// state, so nothing here asks who is there.
void AddPages(const Engine* engine, const Clock* clock, HttpRouter* router);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_PAGES_H_
