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
#include "backend/report/health_report.h"
#include "backend/report/json_text.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

struct Page {
  const char* path;
  ReadKind kind;
  // Fields of the query that are operands, in their order; null: there are no
  // more. So many have to be there.
  const char* operands[3] = {nullptr, nullptr, nullptr};
  size_t least_operands = 0;
  const char* expected = "";  // of operands
};

constexpr Page kPages[] = {
    {"/api/v1/status", ReadKind::kStatus},
    {"/api/v1/groups", ReadKind::kGroupList},
    {"/api/v1/group", ReadKind::kGroupShow, {"group"}, 1, "group=GROUP"},
    {"/api/v1/names", ReadKind::kNameList},
    {"/api/v1/name", ReadKind::kNameShow, {"name"}, 1, "name=NAME"},
    {"/api/v1/explain",
     ReadKind::kExplain,
     {"name", "client", "resolver"},
     2,
     "name=NAME&client=ADDRESS[/PREFIX], and optionally &resolver=ADDRESS"},
    {"/api/v1/top",
     ReadKind::kTop,
     {"by"},
     0,
     "by=resolver, subnet, name or group"},
    {"/api/v1/stats", ReadKind::kStats},
};

constexpr char kHealthPage[] = "/api/v1/health";

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

std::string Expected(const Page& page) {
  std::string text = std::string("expected ?") + page.expected;
  if (*page.expected != '\0') text += ", and optionally &";
  if (IsPaged(page.kind)) text += "after=ITEM&";
  return text + "limit=N";
}

// The operands of the page, and what part of lists is asked for.
absl::Status ReadQuery(const Page& page, const HttpRequest& request,
                       ReadRequest* read) {
  std::map<std::string, std::string> fields;
  const bool decoded = ForEachFormField(
      request.Query(), [&](std::string_view name, std::string_view value) {
        fields[std::string(name)] = std::string(value);
      });
  if (!decoded) return absl::InvalidArgumentError(Expected(page));
  const auto take = [&](const char* name) {
    const auto field = fields.extract(name);
    return field.empty() ? std::string() : field.mapped();
  };
  for (const char* const operand : page.operands) {
    if (operand == nullptr) break;
    read->operands.push_back(take(operand));
  }
  for (size_t i = 0; i < page.least_operands; ++i) {
    if (read->operands[i].empty()) {
      return absl::InvalidArgumentError(Expected(page));
    }
  }
  if (IsPaged(page.kind)) read->after = take("after");
  const auto limit = fields.extract("limit");
  if (!limit.empty()) {
    const absl::StatusOr<size_t> number = ParseLimit(limit.mapped());
    if (!number.ok()) return number.status();
    read->limit = *number;
  }
  if (!fields.empty()) return absl::InvalidArgumentError(Expected(page));
  return absl::OkStatus();
}

int StatusOf(const absl::Status& error) {
  if (absl::IsNotFound(error)) return 404;
  return absl::IsResourceExhausted(error) ? 507 : 400;
}

bool ShowsMeasured(ReadKind kind) {
  return kind == ReadKind::kStatus || kind == ReadKind::kGroupList ||
         kind == ReadKind::kGroupShow || kind == ReadKind::kNameShow;
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

HttpResponse AnswerApi(const ReadSource& source, const HttpRequest& request,
                       size_t max_bytes) {
  const Page* const page =
      std::find_if(std::begin(kPages), std::end(kPages),
                   [&](const Page& p) { return request.Path() == p.path; });
  if (page == std::end(kPages)) {
    return Error(404, "no such page: " + std::string(request.Path()));
  }
  ReadRequest read;
  read.kind = page->kind;
  read.format = ReadFormat::kJson;
  read.usual_limit = kUsualLimit;
  read.max_bytes = max_bytes;
  const absl::Status understood = ReadQuery(*page, request, &read);
  if (!understood.ok()) return Error(400, std::string(understood.message()));
  absl::StatusOr<std::string> answer = AnswerRead(read, source);
  if (!answer.ok()) {
    return Error(StatusOf(answer.status()),
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

HttpResponse AnswerHealth(const HealthView& view, const HttpRequest& request) {
  std::map<std::string, std::string> fields;
  const bool decoded = ForEachFormField(
      request.Query(), [&](std::string_view name, std::string_view value) {
        fields[std::string(name)] = std::string(value);
      });
  const auto take = [&](const char* name) {
    const auto field = fields.extract(name);
    return field.empty() ? std::string() : field.mapped();
  };
  const std::string group = take("group");
  const std::string after = take("after");
  const std::string limit = take("limit");
  if (!decoded || !fields.empty() || (!group.empty() && !after.empty())) {
    return Error(400, "expected ?after=GROUP or ?group=GROUP, and &limit=N");
  }
  const absl::StatusOr<size_t> most =
      limit.empty() ? kUsualLimit : ParseLimit(limit);
  if (!most.ok()) return Error(400, std::string(most.status().message()));
  HttpResponse response;
  if (group.empty()) {
    response.body = HealthListJson(view, after, *most);
  } else if (view.dataset->groups.contains(group)) {
    response.body = HealthGroupJson(view, group, *most);
  } else {
    return Error(404, "there is no group \"" + Printable(group) + "\"");
  }
  return response;
}

void AddPages(const Engine* engine, const Clock* clock, PageFacts facts,
              size_t max_bytes, HttpRouter* router) {
  const auto shared = std::make_shared<const PageFacts>(std::move(facts));
  router->Add(kHealthPage, [engine, clock](const HttpRequest& request) {
    if (engine->snapshots().Take() == nullptr) return Ready(*engine, *clock);
    return AnswerHealth(engine->CopyHealth().view(), request);
  });
  for (const Page& page : kPages) {
    router->Add(page.path, [=](const HttpRequest& request) {
      const auto snapshot = engine->snapshots().Take();
      if (snapshot == nullptr) return Ready(*engine, *clock);
      const NodeFacts node = engine->Facts();
      ReadSource source{snapshot.get(), clock->UnixMillis(), &node};
      source.node = KnowledgeOf(*engine);
      // Nobody waits for a Redis that is away.
      std::shared_ptr<const redis::Measured> measured;
      if (ShowsMeasured(page.kind) && node.redis_connected && shared->records) {
        measured = shared->records().measured;
      }
      source.measured = measured.get();
      source.heavy_share = shared->heavy_share;
      return AnswerApi(source, request, max_bytes);
    });
  }
}

void AddPagesElsewhere(HttpRouter* router) {
  const auto add = [&](const char* path) {
    router->Add(
        path,
        [](const HttpRequest&) {
          return Error(404, "pages are served where [listen] pages says");
        },
        RouteKind::kAtOnce);
  };
  for (const Page& page : kPages) add(page.path);
  add(kHealthPage);
  add("/");
}

}  // namespace groupring::backend
