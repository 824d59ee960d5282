// What the HTTP listener answers beside PowerDNS: /api/v1, /livez, /readyz.
#ifndef GROUPRING_BACKEND_API_PAGES_H_
#define GROUPRING_BACKEND_API_PAGES_H_

#include "backend/engine/engine.h"
#include "backend/transport/http_server.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// Adds the routes to the server before it starts. Both outlive it. Nothing
// here changes state, so nothing here asks who is there.
void AddPages(const Engine* engine, const Clock* clock, HttpServer* server);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_API_PAGES_H_
