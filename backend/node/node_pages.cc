#include "backend/node/node_pages.h"

#include <cstddef>

#include "backend/api/pages.h"
#include "backend/metrics/node_metrics.h"

namespace groupring::backend {

SocketServerOptions HttpOptionsFor(const Settings::Listen& settings) {
  SocketServerOptions options;
  options.max_http_connections =
      static_cast<size_t>(settings.max_http_connections);
  options.answer_memory = settings.ReportMemory();
  options.memory_for_one = settings.MemoryForOneReport();
  options.host_names = settings.http_hosts;
  return options;
}

void AddNodePages(const Engine* engine, const Clock* clock,
                  const PageFacts& page, const Settings::Listen& settings,
                  HttpRouter* router) {
  const size_t most = settings.MaxReportBytes();
  AddPages(engine, clock, page, most, router);
  AddStatusPage(engine, clock, page, most, router);
  AddMetrics(engine, clock, router);
}

}  // namespace groupring::backend
