#include "backend/embedded/pages_server.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/pages.h"
#include "backend/node/node_pages.h"
#include "backend/node/options.h"
#include "backend/transport/listening_socket.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

// Between two attempts: doubled from the first to the last.
constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLastPause{15'000};

}  // namespace

PagesServer::PagesServer(Node* node, LogSink log)
    : node_(node),
      log_(std::move(log)),
      address_(node->settings().embedded.http) {}

PagesServer::~PagesServer() { Stop(); }

void PagesServer::Start() {
  if (address_.empty()) return;
  thread_.Start([this] { Run(); });
}

void PagesServer::Stop() {
  thread_.Stop();
  if (server_ != nullptr) server_->Stop();
}

void PagesServer::Run() {
  std::chrono::milliseconds pause = kFirstPause;
  std::string said;
  while (!thread_.stopping()) {
    const absl::Status status = Serve();
    if (status.ok()) return;
    // Answers do not depend on it.
    std::string trouble(status.message());
    if (trouble != said) {
      log_(Severity::kError,
           absl::StrFormat("[embedded] http: %s; no pages and metrics until "
                           "then, trying again",
                           trouble));
    }
    said = std::move(trouble);
    const Clock& clock = *node_->clock();
    thread_.SleepUntil(clock.Steady() + pause, clock);
    pause = std::min(2 * pause, kLastPause);
  }
}

absl::Status PagesServer::Serve() {
  const Settings::Listen& settings = node_->settings().listen;
  ListenerOptions options;
  options.kind = ListenerKind::kTcp;
  options.address = address_;
  ASSIGN_OR_RETURN(ListeningSocket listener, ListeningSocket::Open(options));
  const std::string name = listener.name();
  auto server = std::make_unique<SocketServer>(
      HttpOptionsFor(settings), node_->engine(), node_->clock(), log_);
  HttpRouter& router = server->pages_router();
  AddProbes(node_->engine(), node_->clock(), &router);
  AddNodePages(
      node_->engine(), node_->clock(),
      {NodeName(node_->settings()),
       [node = node_] { return node->ReadRecords(); },
       static_cast<double>(node_->settings().control.heavy_client_percent) /
           100},
      settings, &router);
  server->Listen(std::move(listener), Protocol::kPages);
  RETURN_IF_ERROR(server->Start());
  server_ = std::move(server);
  log_(Severity::kInfo,
       absl::StrFormat("listening on http://%s/ for pages and metrics", name));
  return absl::OkStatus();
}

}  // namespace groupring::backend
