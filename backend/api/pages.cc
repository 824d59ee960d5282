#include "backend/api/pages.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "backend/protocol/url_text.h"
#include "backend/report/json_text.h"

namespace groupring::backend {
namespace {

struct Page {
  const char* path;
  ReadKind kind;
};

constexpr Page kPages[] = {
    {"/api/v1/status", ReadKind::kStatus},
    {"/api/v1/groups", ReadKind::kGroupList},
    {"/api/v1/names", ReadKind::kNameList},
    {"/api/v1/explain", ReadKind::kExplain},
};

HttpResponse PlainText(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

HttpResponse Error(int status, const std::string& message) {
  HttpResponse response;
  response.status = status;
  response.body = JsonText({{"version", kReportVersion}, {"error", message}});
  return response;
}

// NAME, CLIENT and RESOLVER, which may be empty. No operands for a query that
// lacks one of the others.
std::vector<std::string> ExplainOperands(const HttpRequest& request) {
  std::map<std::string, std::string> fields;
  const bool decoded = ForEachFormField(
      request.Query(), [&](std::string_view name, std::string_view value) {
        fields[std::string(name)] = std::string(value);
      });
  if (!decoded || fields["name"].empty() || fields["client"].empty()) return {};
  return {fields["name"], fields["client"], fields["resolver"]};
}

// ?after=NAME&limit=N, both of which may be missing.
absl::Status ReadPageOf(const HttpRequest& request, ReadRequest* read) {
  read->limit = kUsualLimit;
  absl::Status status;
  const bool decoded = ForEachFormField(
      request.Query(), [&](std::string_view name, std::string_view value) {
        if (name == "after") {
          read->after = std::string(value);
        } else if (name == "limit") {
          const absl::StatusOr<size_t> limit = ParseLimit(value);
          if (limit.ok()) read->limit = *limit;
          status.Update(limit.status());
        } else {
          status.Update(absl::InvalidArgumentError(
              "expected ?after=NAME&limit=N, both optional"));
        }
      });
  if (!decoded) status.Update(absl::InvalidArgumentError("not URL-encoded"));
  return status;
}

HttpResponse Ready(const Engine& engine, const Clock& clock) {
  const std::shared_ptr<const Snapshot> snapshot = engine.snapshots().Take();
  const NodeFacts facts = engine.Facts();
  const std::vector<std::string> reasons = NotReady(snapshot.get(), facts);
  if (reasons.empty()) {
    return PlainText(200, ReadyText(*snapshot, facts, clock.UnixMillis()));
  }
  return PlainText(503, absl::StrJoin(reasons, "\n") + "\n");
}

}  // namespace

HttpResponse AnswerApi(const ReadSource& source, const HttpRequest& request) {
  const Page* const page =
      std::find_if(std::begin(kPages), std::end(kPages),
                   [&](const Page& p) { return request.Path() == p.path; });
  if (page == std::end(kPages)) {
    return Error(404, "no such page: " + std::string(request.Path()));
  }
  ReadRequest read;
  read.kind = page->kind;
  read.format = ReadFormat::kJson;
  if (page->kind == ReadKind::kExplain) {
    read.operands = ExplainOperands(request);
    if (read.operands.empty()) {
      return Error(400,
                   "expected ?name=NAME&client=ADDRESS[/PREFIX], and "
                   "optionally &resolver=ADDRESS");
    }
  }
  if (page->kind == ReadKind::kNameList) {
    const absl::Status understood = ReadPageOf(request, &read);
    if (!understood.ok()) return Error(400, std::string(understood.message()));
  }
  absl::StatusOr<std::string> answer = AnswerRead(read, source);
  if (!answer.ok()) {
    return Error(absl::IsNotFound(answer.status()) ? 404 : 400,
                 std::string(answer.status().message()));
  }
  HttpResponse response;
  response.body = *std::move(answer);
  return response;
}

void AddProbes(const Engine* engine, const Clock* clock, HttpRouter* router) {
  router->Add(
      "/livez", [](const HttpRequest&) { return PlainText(200, "ok\n"); },
      RouteKind::kAtOnce);
  router->Add(
      "/readyz",
      [engine, clock](const HttpRequest&) { return Ready(*engine, *clock); },
      RouteKind::kUrgent);
}

void AddPages(const Engine* engine, const Clock* clock, HttpRouter* router) {
  for (const Page& page : kPages) {
    router->Add(page.path, [engine, clock](const HttpRequest& request) {
      const auto snapshot = engine->snapshots().Take();
      if (snapshot == nullptr) return Ready(*engine, *clock);
      const NodeFacts facts = engine->Facts();
      return AnswerApi({snapshot.get(), clock->UnixMillis(), &facts}, request);
    });
  }
}

void AddPagesElsewhere(HttpRouter* router) {
  for (const Page& page : kPages) {
    router->Add(
        page.path,
        [](const HttpRequest&) {
          return Error(404, "pages are served where [listen] pages says");
        },
        RouteKind::kAtOnce);
  }
}

}  // namespace groupring::backend
