#include "backend/api/pages.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "backend/api/read_commands.h"

namespace groupring::backend {
namespace {

HttpResponse PlainText(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

HttpResponse Ready(const Engine& engine) {
  const std::shared_ptr<const Snapshot> snapshot = engine.snapshots().Take();
  const std::vector<std::string> reasons = NotReady(snapshot.get());
  if (reasons.empty()) return PlainText(200, ReadyText(engine.Facts()));
  return PlainText(503, absl::StrJoin(reasons, "\n") + "\n");
}

HttpResponse Api(const Engine& engine, const Clock& clock,
                 const HttpRequest& request) {
  const std::shared_ptr<const Snapshot> snapshot = engine.snapshots().Take();
  if (snapshot == nullptr) return Ready(engine);
  return AnswerApi(*snapshot, engine.Facts(), request, clock.UnixMillis());
}

}  // namespace

void AddPages(const Engine* engine, const Clock* clock, HttpRouter* router) {
  router->Add("/livez",
              [](const HttpRequest&) { return PlainText(200, "ok\n"); });
  router->Add("/readyz",
              [engine](const HttpRequest&) { return Ready(*engine); });
  for (const char* path : {"/api/v1/status", "/api/v1/groups", "/api/v1/names",
                           "/api/v1/explain"}) {
    router->Add(path, [engine, clock](const HttpRequest& request) {
      return Api(*engine, *clock, request);
    });
  }
}

}  // namespace groupring::backend
