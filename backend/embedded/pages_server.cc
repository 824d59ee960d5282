#include "backend/embedded/pages_server.h"

#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/pages.h"
#include "backend/api/status_route.h"
#include "backend/metrics/node_metrics.h"
#include "backend/node/options.h"
#include "backend/transport/listening_socket.h"

namespace groupring::backend {
namespace {

SocketServerOptions OptionsFor(const Settings::Listen& settings) {
  SocketServerOptions options;
  options.max_http_connections =
      static_cast<size_t>(settings.max_http_connections);
  options.answer_memory = settings.ReportMemory();
  options.memory_for_one = settings.MemoryForOneReport();
  options.host_names = settings.http_hosts;
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SocketServer>> ServePages(Node* node,
                                                         const LogSink& log) {
  const Settings& settings = node->settings();
  const std::string& address = settings.embedded.http;
  if (address.empty()) return nullptr;
  const auto failed = [](const absl::Status& status) {
    return absl::Status(
        status.code(),
        absl::StrFormat("[embedded] http: %s", std::string(status.message())));
  };
  auto server = std::make_unique<SocketServer>(
      OptionsFor(settings.listen), node->engine(), node->clock(), log);
  HttpRouter& pages = server->pages_router();
  const size_t most = settings.listen.MaxReportBytes();
  AddProbes(node->engine(), node->clock(), &pages);
  AddPages(node->engine(), node->clock(), most, &pages);
  AddStatusPage(node->engine(), node->clock(),
                {NodeName(settings), [node] { return node->ReadRecords(); }},
                most, &pages);
  AddMetrics(node->engine(), node->clock(), &pages);
  ListenerOptions options;
  options.kind = ListenerKind::kTcp;
  options.address = address;
  absl::StatusOr<ListeningSocket> listener = ListeningSocket::Open(options);
  if (!listener.ok()) return failed(listener.status());
  const std::string name = listener->name();
  server->Listen(*std::move(listener), Protocol::kPages);
  if (const absl::Status status = server->Start(); !status.ok()) {
    return failed(status);
  }
  log(Severity::kInfo,
      absl::StrFormat("listening on http://%s/ for pages and metrics", name));
  return server;
}

}  // namespace groupring::backend
