// What a node shows to people and to Prometheus over HTTP.
#ifndef GROUPRING_BACKEND_NODE_NODE_PAGES_H_
#define GROUPRING_BACKEND_NODE_NODE_PAGES_H_

#include "backend/api/status_route.h"
#include "backend/engine/engine.h"
#include "backend/protocol/http_router.h"
#include "backend/settings/settings.h"
#include "backend/transport/socket_server.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// The limits that the settings have for HTTP and for reports.
SocketServerOptions HttpOptionsFor(const Settings::Listen& settings);

// Adds /api/v1, the page for people and /metrics. The engine and the clock,
// which goes by Redis' time, outlive the router.
void AddNodePages(const Engine* engine, const Clock* clock,
                  const PageFacts& page, const Settings::Listen& settings,
                  HttpRouter* router);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_NODE_NODE_PAGES_H_
