// The page for people, of a scene without a server.
#include "backend/web/status_page.h"

#include <cstdlib>
#include <fstream>

#include "backend/snapshot/snapshot_builder.h"
#include "backend/web/group_rows.h"
#include "tests/backend/dataset_text.h"
#include "tests/redis/model/health_scene.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

using redis::kNow;

redis::AuditEntry Change(const std::string& what, const std::string& target) {
  redis::AuditEntry entry;
  entry.unix_millis = kNow - 60'000;
  entry.who = "ana@ns1";
  entry.what = what;
  entry.target = target;
  entry.reason = "disk <1>";
  entry.before = "in service";
  entry.after = "DISABLED";
  return entry;
}

// g1 is well, of g2 one of two addresses is down, g3 is disabled.
struct Shown {
  Shown() {
    scene.Group("g1", {"192.0.2.1"});
    scene.Group("g2", {"192.0.2.2", "192.0.2.3"});
    scene.Group("g3", {"192.0.2.4"});
    scene.Disable("g3");
    redis::CheckerStatus* const checker = scene.Checker("c1");
    checker->version = "0.1.0";
    checker->host = "ns1";
    scene.Say("c1", "g2", "192.0.2.3", redis::Down());
    Conclude();
    records.read_unix_millis = kNow;
    records.audit = {Change("group disable", "g3")};
    redis::NodeStatus& node = records.nodes.emplace_back();
    node.name = "ns1";
    node.kind = redis::NodeKind::kDaemon;
    node.version = "0.1.0";
    node.seen_unix_millis = kNow - 1000;
    node.answers_from = redis::DataOrigin::kLive;
  }

  void Conclude() {
    conclusions = scene.At();
    DatasetText data;
    data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2", "g3"}));
    data.SetGroup("g1", {"192.0.2.1"}, {});
    data.SetGroup("g2", {"192.0.2.2", "192.0.2.3"}, {});
    data.SetGroup("g3", {"192.0.2.4"}, {}, Disabled());
    redis::DatasetChange change;
    change.everything = true;
    snapshot = SnapshotBuilder([](Severity, const std::string&) {
               }).Apply(data.dataset(), change, kNow);
  }

  StatusPage Page() {
    NodeFacts facts;
    facts.version = "0.1.0";
    facts.redis_connected = facts.redis_loaded = redis_is_there;
    facts.redis_heard_unix_millis = kNow - 40'000;
    StatusPage page;
    page.node = "ns1";
    page.status = ReportStatus(*snapshot, facts, kNow);
    page.service = ReportService(*snapshot, {records.nodes, 7, kNow},
                                 page.status.problems, kNow);
    page.health = {&scene.dataset(), &scene.data(), &conclusions, kNow};
    page.service.health_troubles = HealthTroubles(page.health);
    page.records = &records;
    page.answers = {{"g1", 3}, {"g2", 1}};
    page.started_unix_millis = kNow - 3'600'000;
    page.unix_millis = kNow;
    return page;
  }

  redis::Scene scene;
  redis::HealthConclusions conclusions;
  std::shared_ptr<const Snapshot> snapshot;
  redis::ServiceRecords records;
  bool redis_is_there = true;
};

bool Has(const std::string& html, const std::string& part) {
  return html.find(part) != std::string::npos;
}

// From its row's begin to its end.
std::string RowOf(const std::string& html, const std::string& group) {
  const size_t name = html.find("<th scope=\"row\">" + group + "</th>");
  if (name == std::string::npos) return "no row of " + group;
  const size_t begin = html.rfind("<tr", name);
  return html.substr(begin, html.find("</tr>", name) - begin);
}

TEST_CASE("the page is written as it was recorded") {
  const std::string file =
      GROUPRING_SOURCE_DIR "/tests/backend/web/golden/page.html";
  Shown shown;
  const std::string html = StatusPageHtml(shown.Page());
  if (std::getenv("GROUPRING_RECORD_GOLDEN") != nullptr) {
    std::ofstream(file) << html;
  }
  CHECK(html == testing::ReadFile(file));
}

TEST_CASE("a group's row has state, addresses that are up, shares and why") {
  Shown shown;
  const std::string html = StatusPageHtml(shown.Page());
  const std::string well = RowOf(html, "g1");
  CHECK(Has(well, "<strong>in service</strong>"));
  CHECK(Has(well, "data-label=\"A\">1/1 up<"));
  CHECK(Has(well, "data-label=\"AAAA\">none<"));
  CHECK(Has(well, "data-label=\"observed\">75.0%<"));
  const std::string part = RowOf(html, "g2");
  CHECK(Has(part, "1/2 up"));
  CHECK(Has(part, "class=\"part-down\""));
  const std::string disabled = RowOf(html, "g3");
  CHECK(Has(disabled, "DISABLED"));
  CHECK(Has(disabled, "group disable by ana@ns1: disk &lt;1&gt;"));
  CHECK(Has(disabled, "value=\"0.000\""));
  CHECK(Has(disabled, "data-label=\"expected\">0.0%<"));
}

TEST_CASE("what was measured has columns beside the expected share") {
  Shown shown;
  StatusPage page = shown.Page();
  CHECK_FALSE(Has(StatusPageHtml(page), ">questions</th>"));
  CHECK_FALSE(Has(StatusPageHtml(page), ">load</th>"));
  redis::Measured measured;
  measured.traffic.others = {10, 10};
  measured.loads = {{"g1", {30, 40, kNow / 1000}}};
  page.service = ReportService(*shown.snapshot, {shown.records.nodes, 7, kNow},
                               page.status.problems, kNow, &measured);
  const std::string html = StatusPageHtml(page);
  CHECK(Has(html, ">questions</th>"));
  CHECK(Has(html, ">load</th>"));
  const std::string well = RowOf(html, "g1");
  CHECK(Has(well, "data-label=\"questions\">"));
  CHECK_FALSE(Has(well, "data-label=\"questions\">not counted<"));
  CHECK(Has(well, "data-label=\"load\">30/40 75.0%<"));
  CHECK(Has(RowOf(html, "g2"), "data-label=\"load\">not known<"));
}

TEST_CASE("groups that need attention come first, and the rest is counted") {
  Shown shown;
  StatusPage page = shown.Page();
  page.limit = 2;
  const std::string html = StatusPageHtml(page);
  CHECK(html.find(">g2<") < html.find(">g3<"));
  CHECK_FALSE(Has(html, ">g1<"));
  CHECK(Has(html, "1 group more: see /api/v1/groups"));
}

TEST_CASE("the banner says what is wrong, gravest first") {
  Shown shown;
  StatusPage page = shown.Page();
  page.service.problems = {
      {Severity::kWarning, DiagnosticCode::kFamilyLost, "g1", "lost", ""},
      {Severity::kError, DiagnosticCode::kNodeSilent, "node ns2", "silent",
       ""}};
  const std::string html = StatusPageHtml(page);
  CHECK(Has(html, "banner bad"));
  CHECK(html.find("node ns2: silent") < html.find("g1: lost"));
}

TEST_CASE("without problems the banner says that there are none") {
  Shown shown;
  StatusPage page = shown.Page();
  page.service.problems.clear();
  page.service.health_troubles.clear();
  page.status.out.clear();
  CHECK(Has(StatusPageHtml(page), "all groups in service, no problems"));
}

TEST_CASE("panic is a banner") {
  Shown shown;
  shown.scene.Say("c1", "g1", "192.0.2.1", redis::Down());
  shown.scene.Say("c1", "g2", "192.0.2.2", redis::Down());
  shown.Conclude();
  CHECK(Has(StatusPageHtml(shown.Page()),
            "PANIC: health is ignored for "
            "ftp.example.org"));
}

TEST_CASE("the page says where coprocesses answer, which nobody counts") {
  Shown shown;
  CHECK_FALSE(Has(StatusPageHtml(shown.Page()), "Coprocesses"));
  shown.records.nodes.front().kind = redis::NodeKind::kCoprocess;
  CHECK(Has(StatusPageHtml(shown.Page()),
            "Coprocesses (groupring pipe) answer as well"));
}

TEST_CASE("records that could not be read are shown with their time and why") {
  Shown shown;
  shown.redis_is_there = false;
  shown.records.trouble = "connect: refused";
  const std::string html = StatusPageHtml(shown.Page());
  CHECK(Has(html,
            "are those of 2027-01-15T08:00:00Z: Redis cannot be read: "
            "connect: refused"));
  shown.records.read_unix_millis = 0;
  shown.records.nodes.clear();
  shown.records.audit.clear();
  const std::string none = StatusPageHtml(shown.Page());
  CHECK(Has(none, "Nodes and changes are not known"));
  CHECK(Has(none, "not read from Redis so far"));
  CHECK_FALSE(Has(none, "no node is listed"));
}

TEST_CASE("a node with nothing to answer from says so and loads again") {
  const std::string html = NotReadyPageHtml("ns1", {"Redis <away>"});
  CHECK(Has(html, "queries fail"));
  CHECK(Has(html, "<li>Redis &lt;away&gt;</li>"));
  CHECK(Has(html, "http-equiv=\"refresh\""));
}

TEST_CASE("every class of the page has its style") {
  for (const GroupLook look :
       {GroupLook::kDown, GroupLook::kPartDown, GroupLook::kDisabled,
        GroupLook::kDraining, GroupLook::kFilling, GroupLook::kUnchecked,
        GroupLook::kUp}) {
    CHECK(Has(std::string(PageStyle()),
              "tr." + std::string(ClassOf(look)) + " "));
  }
}

}  // namespace
}  // namespace groupring::backend
