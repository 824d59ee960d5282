#include "backend/web/status_page.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "backend/report/node_report.h"
#include "backend/web/group_rows.h"
#include "backend/web/html.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

void OpenPage(const std::string& title, int refresh_seconds, Html* html) {
  html->Open("html", {{"lang", "en"}});
  html->Open("head");
  html->Void("meta", {{"charset", "utf-8"}});
  html->Void("meta", {{"name", "viewport"},
                      {"content", "width=device-width, initial-scale=1"}});
  html->Void("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  if (refresh_seconds > 0) {
    html->Void("meta", {{"http-equiv", "refresh"},
                        {"content", absl::StrFormat("%d", refresh_seconds)}});
  }
  html->Void("link", {{"rel", "stylesheet"}, {"href", "/style.css"}});
  html->Element("title", title);
  html->Close();
  html->Open("body");
}

std::string ClosePage(Html* html) {
  html->Close();
  html->Close();
  return html->Take();
}

void AddHeadings(std::initializer_list<const char*> headings, Html* html) {
  html->Open("thead");
  html->Open("tr");
  for (const char* const heading : headings) {
    html->Element("th", heading, {{"scope", "col"}});
  }
  html->Close();
  html->Close();
}

void AddCell(std::string_view label, const std::string& text, Html* html) {
  html->Element("td", text, {{"data-label", label}});
}

// That a list ends before its end.
void AddRest(size_t all, size_t shown, std::string_view noun,
             std::string_view where, Html* html) {
  if (all <= shown) return;
  html->Element("p",
                absl::StrFormat("%s more: see %s", Counted(all - shown, noun),
                                std::string(where)),
                {{"class", "note"}});
}

void AddBanner(const StatusPage& page, Html* html) {
  Diagnostics problems = page.service.problems;
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.severity > b.severity;
                   });
  const size_t troubles = problems.size() + page.service.health_troubles.size();
  if (troubles == 0) {
    html->Element("p",
                  page.status.out.empty()
                      ? "all groups in service, no problems"
                      : "no problems besides what operators took out",
                  {{"class", "banner good"}, {"role", "status"}});
  } else {
    html->Open("section", {{"class", GravestOf(problems) == Severity::kError
                                         ? "banner bad"
                                         : "banner warning"},
                           {"role", "alert"}});
    html->Element("h2", Counted(troubles, "problem"));
    html->Open("ul");
    for (size_t i = 0; i < std::min(page.limit, problems.size()); ++i) {
      html->Element("li", ToText(problems[i]));
    }
    for (const HealthTrouble& trouble : page.service.health_troubles) {
      html->Element("li", trouble.text);
    }
    html->Close();
    html->Close();
  }
  if (page.status.out.empty()) return;
  html->Open("section", {{"class", "banner out"}});
  html->Element("h2", "Out of service");
  html->Open("ul");
  for (size_t i = 0; i < std::min(page.limit, page.status.out.size()); ++i) {
    html->Element("li", page.status.out[i]);
  }
  html->Close();
  html->Close();
}

void AddFact(std::string_view term, const std::string& text, Html* html) {
  html->Open("div");
  html->Element("dt", term);
  html->Element("dd", text);
  html->Close();
}

void AddFacts(const StatusPage& page, Html* html) {
  const StatusReport& status = page.status;
  html->Open("dl", {{"class", "facts"}});
  AddFact("serves",
          absl::StrFormat("%s in %s", Counted(status.names, "name"),
                          Counted(status.zones, "zone")),
          html);
  AddFact("from", Counted(status.groups, "group"), html);
  AddFact("Redis",
          !status.facts.redis_loaded     ? "not loaded"
          : status.facts.redis_connected ? "connected"
                                         : "away",
          html);
  AddFact("answers from", AnswersWords(status.facts), html);
  AddFact("change", absl::StrFormat("%d", status.redis_generation), html);
  AddFact("groupring", status.facts.version, html);
  AddFact("page of", UtcTime(page.unix_millis / 1000), html);
  html->Close();
}

void AddNodes(const StatusPage& page, Html* html) {
  const NodesReport& report = page.service.nodes;
  html->Open("section", {{"id", "nodes"}});
  html->Element("h2", "Nodes");
  const size_t shown = std::min(page.limit, report.nodes.size());
  if (shown == 0) {
    html->Element("p", page.records->read_unix_millis == 0
                           ? "not read from Redis so far"
                           : "no node is listed in Redis");
  } else {
    const std::vector<std::string> labels = NodeLabels(report.nodes);
    html->Open("table");
    AddHeadings({"node", "kind", "changes", "answers from", "seen", "version",
                 "trouble"},
                html);
    html->Open("tbody");
    for (size_t i = 0; i < shown; ++i) {
      const redis::NodeStatus& node = report.nodes[i];
      const std::string trouble = NodeTrouble(node);
      html->Open("tr", {{"class", !node.is_up()     ? "down"
                                  : trouble.empty() ? "up"
                                                    : "part-down"}});
      html->Element("th", labels[i], {{"scope", "row"}});
      AddCell("kind", std::string(ToText(node.kind)), html);
      AddCell("changes", ProgressWords(node, report.generation), html);
      AddCell("answers from", std::string(ToText(node.answers_from)), html);
      AddCell("seen", UtcTime(node.seen_unix_millis / 1000), html);
      AddCell("version", node.version, html);
      AddCell("trouble", trouble, html);
      html->Close();
    }
    html->Close();
    html->Close();
  }
  AddRest(report.nodes.size(), shown, "node", "groupring nodes", html);
  html->Close();
}

void AddCheckers(const StatusPage& page, Html* html) {
  if (page.health.data == nullptr) return;
  const std::vector<redis::CheckerStatus>& checkers =
      page.health.data->checkers;
  html->Open("section", {{"id", "checkers"}});
  html->Element("h2", "Checkers");
  const size_t shown = std::min(page.limit, checkers.size());
  if (shown == 0) {
    html->Element("p", page.health.conclusions->groups.empty()
                           ? "nothing is checked"
                           : "no checker is listed in Redis");
  } else {
    html->Open("table");
    AddHeadings({"checker", "state", "host", "seen", "version", "why"}, html);
    html->Open("tbody");
    for (size_t i = 0; i < shown; ++i) {
      const redis::CheckerStatus& checker = checkers[i];
      const bool lives = page.health.unix_millis - checker.seen_unix_millis <=
                         redis::kCheckerLifeMillis;
      html->Open("tr", {{"class", !lives                  ? "down"
                                  : checker.doubts_itself ? "part-down"
                                                          : "up"}});
      html->Element("th", checker.id, {{"scope", "row"}});
      AddCell("state",
              !lives                  ? "silent"
              : checker.doubts_itself ? "doubts itself"
                                      : "alive",
              html);
      AddCell("host", checker.host, html);
      AddCell("seen", UtcTime(checker.seen_unix_millis / 1000), html);
      AddCell("version", checker.version, html);
      AddCell("why", checker.why, html);
      html->Close();
    }
    html->Close();
    html->Close();
  }
  AddRest(checkers.size(), shown, "checker", "groupring health list", html);
  html->Close();
}

void AddAudit(const StatusPage& page, Html* html) {
  constexpr size_t kShown = 15;
  const std::vector<redis::AuditEntry>& entries = page.records->audit;
  html->Open("section", {{"id", "audit"}});
  html->Element("h2", "Newest changes");
  if (entries.empty()) {
    html->Element("p", page.records->read_unix_millis == 0
                           ? "not read from Redis so far"
                           : "nothing has been changed with groupring yet");
  } else {
    html->Open("table");
    AddHeadings({"time", "who", "what", "target", "why", "change"}, html);
    html->Open("tbody");
    const size_t shown = std::min(kShown, entries.size());
    for (size_t i = 0; i < shown; ++i) {
      const redis::AuditEntry& entry = entries[entries.size() - 1 - i];
      html->Open("tr");
      html->Element("th", UtcTime(entry.unix_millis / 1000),
                    {{"scope", "row"}});
      AddCell("who", entry.who, html);
      AddCell("what", entry.what, html);
      AddCell("target", entry.target, html);
      AddCell("why", entry.reason, html);
      AddCell(
          "change",
          entry.before + " → " + entry.after + (entry.forced ? " FORCED" : ""),
          html);
      html->Close();
    }
    html->Close();
    html->Close();
  }
  html->Close();
}

// That nodes and changes are not those of now.
void AddRecordTrouble(const StatusPage& page, Html* html) {
  const redis::ServiceRecords& records = *page.records;
  if (records.trouble.empty()) return;
  html->Element(
      "p",
      absl::StrFormat(
          "Nodes and changes %s: Redis cannot be read: %s",
          records.read_unix_millis == 0
              ? "are not known"
              : "are those of " + UtcTime(records.read_unix_millis / 1000),
          records.trouble),
      {{"class", "banner warning"}});
}

void AddField(std::string_view name, std::string_view label,
              const std::string& value, std::string_view example, Html* html) {
  html->Open("label");
  html->Text(label);
  html->Void("input", {{"name", name},
                       {"value", value},
                       {"placeholder", example},
                       {"autocomplete", "off"},
                       {"spellcheck", "false"}});
  html->Close();
}

void AddExplain(const StatusPage& page, Html* html) {
  const ExplainQuestion& question = page.question;
  html->Open("section", {{"id", "explain"}});
  html->Element("h2", "Explain an answer");
  html->Open("form", {{"method", "get"}, {"action", "/#explain"}});
  AddField("name", "name ", question.name, "ftp.example.org", html);
  AddField("client", "client ", question.client, "198.51.100.7", html);
  AddField("resolver", "resolver (if the client hides) ", question.resolver, "",
           html);
  html->Element("button", "explain", {{"type", "submit"}});
  html->Close();
  if (!page.explanation.empty()) {
    html->Lines("pre", page.explanation);
  } else if (!page.explain_error.empty()) {
    html->Element("p", page.explain_error,
                  {{"class", "banner warning"}, {"role", "alert"}});
  }
  html->Close();
}

void AddFooter(const StatusPage& page, Html* html) {
  html->Open("footer");
  if (page.refresh_seconds > 0) {
    html->Element("a", "stop loading again", {{"href", "/"}});
  } else {
    html->Element("a", "load again every 10 seconds",
                  {{"href", "/?refresh=10"}});
  }
  for (const char* const path :
       {"/api/v1/status", "/api/v1/groups", "/api/v1/names", "/api/v1/health",
        "/metrics"}) {
    html->Element("a", path, {{"href", path}});
  }
  html->Close();
}

}  // namespace

std::string StatusPageHtml(const StatusPage& page) {
  Html html;
  OpenPage("groupring on " + page.node, page.refresh_seconds, &html);
  html.Open("header");
  html.Element("h1", "groupring on " + page.node);
  html.Close();
  html.Open("main");
  AddBanner(page, &html);
  AddRecordTrouble(page, &html);
  AddFacts(page, &html);
  AddGroups(page, &html);
  AddExplain(page, &html);
  AddNodes(page, &html);
  AddCheckers(page, &html);
  AddAudit(page, &html);
  html.Close();
  AddFooter(page, &html);
  return ClosePage(&html);
}

std::string NotReadyPageHtml(const std::string& node,
                             const std::vector<std::string>& reasons) {
  constexpr int kRefreshSeconds = 5;
  Html html;
  OpenPage("groupring on " + node, kRefreshSeconds, &html);
  html.Open("header");
  html.Element("h1", "groupring on " + node);
  html.Close();
  html.Open("main");
  html.Open("section", {{"class", "banner bad"}, {"role", "alert"}});
  html.Element("h2", "Nothing to answer from: queries fail");
  html.Open("ul");
  for (const std::string& reason : reasons) html.Element("li", reason);
  html.Close();
  html.Close();
  html.Close();
  return ClosePage(&html);
}

}  // namespace groupring::backend
