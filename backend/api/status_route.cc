#include "backend/api/status_route.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "backend/api/read_commands.h"
#include "backend/protocol/url_text.h"
#include "backend/report/heavy_clients.h"
#include "backend/report/service_report.h"
#include "backend/report/status_report.h"
#include "backend/resolver/query_counts.h"
#include "backend/web/status_page.h"

namespace groupring::backend {
namespace {

// The page loads nothing but its style, runs nothing, sends its form to itself
// only, and is shown in no frame.
constexpr std::string_view kHead =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cache-Control: no-store\r\n";

// Of each list, unless the page would be too long.
constexpr size_t kMostListedOnPage = 200;
constexpr size_t kLeastListedOnPage = 5;

HttpResponse HtmlPage(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(body);
  response.more_head = kHead;
  return response;
}

// Of a form that is a link as well: what is not known is passed over.
std::map<std::string, std::string> FieldsOf(const HttpRequest& request) {
  std::map<std::string, std::string> fields;
  ForEachFormField(request.Query(),
                   [&](std::string_view name, std::string_view value) {
                     fields[std::string(name)] = std::string(value);
                   });
  return fields;
}

int RefreshOf(const std::string& text) {
  constexpr int kLeast = 2;
  constexpr int kMost = 3600;
  int seconds = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || rest != text.data() + text.size()) return 0;
  return std::clamp(seconds, kLeast, kMost);
}

std::map<std::string, uint64_t> AnswersOf(const Engine& engine) {
  const std::unique_ptr<QueryCounts> counts = engine.counts().Sum();
  const std::vector<std::string> groups = engine.CountedGroups();
  std::map<std::string, uint64_t> answers;
  for (uint32_t i = 0; i < groups.size(); ++i) {
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      answers[groups[i]] += counts->groups.Of(i, f);
    }
  }
  return answers;
}

// The last change that anybody is known to have made.
int64_t NewestGeneration(const Snapshot& snapshot,
                         const redis::ServiceRecords& records) {
  int64_t newest = snapshot.redis_generation;
  for (const redis::NodeStatus& node : records.nodes) {
    newest = std::max(newest, node.generation);
  }
  for (const redis::AuditEntry& entry : records.audit) {
    newest = std::max(newest, entry.generation);
  }
  return newest;
}

class StatusRoute {
 public:
  StatusRoute(const Engine* engine, const Clock* clock, PageFacts facts,
              size_t max_bytes)
      : engine_(engine),
        clock_(clock),
        facts_(std::move(facts)),
        max_bytes_(max_bytes),
        started_unix_millis_(clock->UnixMillis()) {}

  HttpResponse Answer(const HttpRequest& request) const {
    const std::shared_ptr<const Snapshot> snapshot =
        engine_->snapshots().Take();
    const NodeFacts node = engine_->Facts();
    if (snapshot == nullptr) {
      return HtmlPage(503,
                      NotReadyPageHtml(facts_.node, NotReady(nullptr, node)));
    }
    const redis::ServiceRecords records = facts_.records();
    const Engine::HealthCopy health = engine_->CopyHealth();
    StatusPage page;
    page.node = facts_.node;
    page.unix_millis = clock_->UnixMillis();
    page.started_unix_millis = started_unix_millis_;
    page.status = ReportStatus(*snapshot, node, page.unix_millis, kUsualLimit);
    page.health = health.view();
    page.records = &records;
    page.service = Service(page, *snapshot, records);
    page.answers = AnswersOf(*engine_);
    auto fields = FieldsOf(request);
    page.refresh_seconds = RefreshOf(fields["refresh"]);
    page.question = {fields["name"], fields["client"], fields["resolver"]};
    AddExplanation({snapshot.get(), page.unix_millis, &node}, &page);
    for (page.limit = kMostListedOnPage; page.limit >= kLeastListedOnPage;
         page.limit /= 4) {
      std::string html = StatusPageHtml(page);
      if (html.size() <= max_bytes_) return HtmlPage(200, std::move(html));
    }
    return HttpError(507, "this page would be too long: see /api/v1/status");
  }

 private:
  ServiceReport Service(const StatusPage& page, const Snapshot& snapshot,
                        const redis::ServiceRecords& records) const {
    Diagnostics problems = page.status.problems;
    // What this node says of itself is there already.
    std::vector<redis::NodeStatus> others = records.nodes;
    std::erase_if(others, [&](const redis::NodeStatus& node) {
      return node.is_up() && node.name == page.node && node.pid == getpid();
    });
    for (Diagnostic& problem : NodeProblems(others)) {
      problems.push_back(std::move(problem));
    }
    if (records.measured != nullptr) {
      for (Diagnostic& heavy :
           HeavyClients(snapshot, records.measured->traffic, page.unix_millis,
                        facts_.heavy_share)) {
        problems.push_back(std::move(heavy));
      }
    }
    ServiceReport report = ReportService(
        snapshot,
        {records.nodes, NewestGeneration(snapshot, records), page.unix_millis},
        std::move(problems), page.unix_millis, records.measured.get());
    report.health_troubles = HealthTroubles(page.health);
    return report;
  }

  static void AddExplanation(const ReadSource& source, StatusPage* page) {
    const ExplainQuestion& question = page->question;
    if (!question.is_asked()) return;
    if (question.name.empty() || question.client.empty()) {
      page->explain_error =
          "expected a name and a client, such as ftp.example.org and "
          "198.51.100.7";
      return;
    }
    ReadRequest request;
    request.kind = ReadKind::kExplain;
    request.operands = {question.name, question.client, question.resolver};
    const absl::StatusOr<std::string> text = AnswerRead(request, source);
    if (text.ok()) {
      page->explanation = *text;
    } else {
      page->explain_error = std::string(text.status().message());
    }
  }

  const Engine* const engine_;
  const Clock* const clock_;
  const PageFacts facts_;
  const size_t max_bytes_;
  const int64_t started_unix_millis_;
};

}  // namespace

void AddStatusPage(const Engine* engine, const Clock* clock, PageFacts facts,
                   size_t max_bytes, HttpRouter* router) {
  const auto route = std::make_shared<const StatusRoute>(
      engine, clock, std::move(facts), max_bytes);
  router->Add("/", [route](const HttpRequest& request) {
    return route->Answer(request);
  });
  router->Add(
      "/style.css",
      [](const HttpRequest&) {
        HttpResponse response;
        response.content_type = "text/css; charset=utf-8";
        response.body = std::string(PageStyle());
        response.more_head = "X-Content-Type-Options: nosniff\r\n";
        return response;
      },
      RouteKind::kAtOnce);
}

}  // namespace groupring::backend
