#include "backend/checker/checker_pages.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "backend/checker/checker_metrics.h"
#include "backend/metrics/exposition.h"
#include "backend/transport/listening_socket.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

class NoAnswer : public Handler {
 public:
  void Handle(const Request&, Reply* reply) override {
    reply->error = "this is a checker, which answers no name server";
  }
};

HttpResponse PlainText(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

std::unique_ptr<Handler> CheckerPages::NoAnswers::NewHandler() {
  return std::make_unique<NoAnswer>();
}

CheckerPages::CheckerPages(const Clock* clock, LogSink log)
    : clock_(clock), log_(std::move(log)) {}

CheckerPages::~CheckerPages() {
  if (server_ != nullptr) server_->Stop();
}

absl::Status CheckerPages::Open(const std::string& address,
                                const std::vector<std::string>& host_names) {
  ListenerOptions options;
  options.kind = ListenerKind::kTcp;
  options.address = address;
  ASSIGN_OR_RETURN(ListeningSocket listener, ListeningSocket::Open(options));
  SocketServerOptions server_options;
  server_options.host_names = host_names;
  auto server = std::make_unique<SocketServer>(server_options, &no_answers_,
                                               clock_, log_);
  HttpRouter& router = server->pages_router();
  router.Add(
      "/livez", [](const HttpRequest&) { return PlainText(200, "ok\n"); },
      RouteKind::kAtOnce);
  router.Add(
      "/readyz", [this](const HttpRequest&) { return Ready(); },
      RouteKind::kAtOnce);
  router.Add("/metrics", [this](const HttpRequest&) { return Metrics(); });
  log_(Severity::kInfo, "listening on http://" + listener.name() + "/");
  server->Listen(std::move(listener), Protocol::kPages);
  RETURN_IF_ERROR(server->Prepare());
  RETURN_IF_ERROR(server->Start());
  server_ = std::move(server);
  return absl::OkStatus();
}

void CheckerPages::Show(CheckerFacts facts) {
  const MutexLock lock(&mutex_);
  facts_ = std::move(facts);
}

HttpResponse CheckerPages::Metrics() const {
  CheckerFacts facts;
  {
    const MutexLock lock(&mutex_);
    facts = facts_;
  }
  HttpResponse response;
  response.content_type = Exposition::kContentType;
  response.body = CheckerMetrics(facts);
  return response;
}

HttpResponse CheckerPages::Ready() const {
  const MutexLock lock(&mutex_);
  const std::vector<std::string> reasons = NotReady(facts_);
  if (reasons.empty()) return PlainText(200, ReadyText(facts_));
  return PlainText(503, absl::StrJoin(reasons, "\n") + "\n");
}

}  // namespace groupring::backend
