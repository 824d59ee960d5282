#include "backend/api/pages.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backend/api/status_route.h"
#include "backend/engine/engine.h"
#include "backend/snapshot/snapshot_builder.h"
#include "hashing/ring.h"
#include "tests/backend/dataset_text.h"
#include "tests/redis/model/health_scene.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

HttpResponse Get(const std::string& target) {
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"proxy-1"}));
  data.SetGroup("proxy-1", {"192.0.2.1"}, {});
  redis::DatasetChange change;
  change.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, kNow);
  const NodeFacts facts;
  HttpRequest request;
  request.verb = "GET";
  request.target = target;
  return AnswerApi({snapshot.get(), kNow, &facts}, request);
}

TEST_CASE("the API answers the same reports as JSON") {
  for (const std::string target :
       {"/api/v1/status", "/api/v1/groups", "/api/v1/group?group=proxy-1",
        "/api/v1/names", "/api/v1/name?name=ftp.example.org",
        "/api/v1/explain?name=ftp.example.org&client=198.51.100.0%2F24"}) {
    CAPTURE(target);
    const HttpResponse response = Get(target);
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    CHECK(nlohmann::json::parse(response.body)["version"] == 1);
  }
}

TEST_CASE("the API shows what was measured, and who asks too much") {
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2"}));
  data.SetGroup("g1", {"192.0.2.1"}, {});
  data.SetGroup("g2", {"192.0.2.2"}, {});
  redis::DatasetChange change;
  change.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, kNow);
  redis::Measured measured;
  const hashing::SubnetKey heavy{uint64_t{4} << 56 | 0xc00002};
  const uint32_t slot = hashing::SlotOf(heavy);
  measured.traffic.slots = {{slot, {9000, 9000}}};
  measured.traffic.others = {1000, 1000};
  measured.traffic.keys = {{slot, heavy.value}};
  measured.loads = {{"g1", {30, 40, kNow / 1000}}};
  const NodeFacts facts;
  ReadSource source{snapshot.get(), kNow, &facts};
  source.measured = &measured;
  const auto get = [&](const std::string& target) {
    HttpRequest request;
    request.verb = "GET";
    request.target = target;
    return nlohmann::json::parse(AnswerApi(source, request).body);
  };
  const auto groups = get("/api/v1/groups")["groups"];
  CHECK(groups[0]["load"]["used"] == 0.75);
  CHECK_FALSE(groups[1].contains("load"));
  CHECK(groups[0]["most_questions"].get<double>() +
            groups[1]["most_questions"].get<double>() >
        0.999);
  CHECK(get("/api/v1/group?group=g1")["load"]["sessions"] == 30);
  CHECK(get("/api/v1/name?name=ftp.example.org")["groups"][0].contains(
      "questions"));
  const auto findings = [&] {
    size_t count = 0;
    const auto status = get("/api/v1/status");
    for (const auto& one : status["diagnostics"]) {
      if (one["code"] == "heavy_client") ++count;
    }
    return count;
  };
  CHECK(findings() == 1);
  source.heavy_share = 0.99;
  CHECK(findings() == 0);
}

HttpResponse GetHealth(const std::string& target) {
  redis::Scene scene;
  scene.Group("g1", {"192.0.2.1", "192.0.2.2"});
  scene.Group("g2", {"192.0.2.3"});
  scene.Group("g3", {"192.0.2.4"});
  scene.Checker("c1")->version = "0.2";
  scene.Say("c1", "g1", "192.0.2.1", redis::Down());
  const redis::HealthConclusions conclusions = scene.At();
  HttpRequest request;
  request.verb = "GET";
  request.target = target;
  return AnswerHealth(
      {&scene.dataset(), &scene.data(), &conclusions, redis::kNow}, request);
}

TEST_CASE("the API shows what checkers say, of all groups and of one") {
  const auto all = nlohmann::json::parse(GetHealth("/api/v1/health").body);
  CHECK(all["version"] == 1);
  CHECK(all["checkers"][0]["version"] == "0.2");
  REQUIRE(all["groups"].size() == 3);
  CHECK(all["groups"][0]["a"]["up"] == 1);
  CHECK_FALSE(all.contains("next"));
  const auto page =
      nlohmann::json::parse(GetHealth("/api/v1/health?after=g1&limit=1").body);
  REQUIRE(page["groups"].size() == 1);
  CHECK(page["groups"][0]["group"] == "g2");
  CHECK(page["next"] == "g2");
  CHECK(page["total"] == 3);
  const auto one =
      nlohmann::json::parse(GetHealth("/api/v1/health?group=g1").body);
  CHECK(one["addresses"][0]["withheld"] == true);
  CHECK(one["addresses"][1]["withheld"] == false);
  const auto cut =
      nlohmann::json::parse(GetHealth("/api/v1/health?group=g1&limit=1").body);
  CHECK(cut["addresses"].size() == 1);
  CHECK(cut["addresses_total"] == 2);
}

TEST_CASE("the API says what is wrong with a question about health") {
  CHECK(GetHealth("/api/v1/health?group=g9").status == 404);
  CHECK(GetHealth("/api/v1/health?name=g1").status == 400);
  CHECK(GetHealth("/api/v1/health?group=g1&after=g1").status == 400);
  CHECK(GetHealth("/api/v1/health?limit=0").status == 400);
}

TEST_CASE("the API says what is wrong with a request") {
  CHECK(Get("/api/v1/explain").status == 400);
  CHECK(Get("/api/v1/explain?name=x&client=y").status == 400);
  CHECK(Get("/api/v1/explain?name=x&client=%zz").status == 400);
  CHECK(Get("/api/v1/other").status == 404);
  CHECK(Get("/api/v1/group").status == 400);
  CHECK(Get("/api/v1/group?group=proxy-2").status == 404);
  CHECK(Get("/api/v1/name").status == 400);
  CHECK(Get("/api/v1/name?name=other.example.org").status == 404);
  CHECK(Get("/api/v1/name?name=ftp.example.org&after=x").status == 400);
  CHECK(Get("/api/v1/status?limit=0").status == 400);
  CHECK(nlohmann::json::parse(Get("/api/v1/explain").body)["error"]
            .get<std::string>()
            .find("expected ?name=") == 0);
}

TEST_CASE("the API pages through the names, each once and in order") {
  DatasetText data;
  std::vector<std::string> expected;
  for (char c = 'a'; c <= 'g'; ++c) {
    expected.push_back(std::string(1, c) + ".example.org");
    data.Set(expected.back(), DatasetText::OnGroups({"proxy-1"}));
  }
  data.SetGroup("proxy-1", {"192.0.2.1"}, {});
  redis::DatasetChange change;
  change.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, kNow);
  const NodeFacts facts;
  const auto get = [&](const std::string& query) {
    HttpRequest request;
    request.verb = "GET";
    request.target = "/api/v1/names" + query;
    return AnswerApi({snapshot.get(), kNow, &facts}, request);
  };
  std::vector<std::string> seen;
  std::string next;
  int pages = 0;
  do {
    const auto page = nlohmann::json::parse(
        get("?limit=3" + (next.empty() ? "" : "&after=" + next)).body);
    for (const auto& name : page["names"]) seen.push_back(name["name"]);
    CHECK(page.value("total", size_t{7}) == 7);
    next = page.value("next", "");
    ++pages;
  } while (!next.empty());
  CHECK(seen == expected);
  CHECK(pages == 3);
  CHECK_FALSE(nlohmann::json::parse(get("").body).contains("next"));
  CHECK(nlohmann::json::parse(get("?after=zzz").body)["names"].empty());
  for (const std::string bad : {"?limit=0", "?limit=10001", "?limit=x",
                                "?afer=a.example.org", "?after=%zz"}) {
    CAPTURE(bad);
    CHECK(get(bad).status == 400);
  }
  const std::string text =
      RunReadCommand(*snapshot, facts, "name list --limit 2", kNow);
  CHECK(text.find("2 of 7 names; for the next: name list --after "
                  "b.example.org\n") != std::string::npos);
  CHECK(RunReadCommand(*snapshot, facts,
                       "name list --after f.example.org --limit 2", kNow)
            .find("g.example.org") != std::string::npos);
  CHECK(RunReadCommand(*snapshot, facts, "name list --limit 0", kNow)
            .find("expected a number from 1 to 10000") != std::string::npos);
}

// One name of 3,000 groups, of which all but one are disabled, in a zone.
std::shared_ptr<const Snapshot> ManyGroups() {
  DatasetText data;
  std::vector<std::string> groups;
  for (int i = 1000; i < 4000; ++i) {
    groups.push_back("proxy-" + std::to_string(i));
    data.SetGroup(groups.back(), {"192.0.2.1"}, {},
                  i == 1000 ? redis::GroupState() : Disabled());
  }
  data.Set("ftp.example.org", DatasetText::OnGroups(groups));
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

TEST_CASE("the API pages through groups, each once and in order") {
  const auto snapshot = ManyGroups();
  const NodeFacts facts;
  const QueryCounts counts;
  const std::vector<std::string> numbered;
  ReadSource source{snapshot.get(), kNow, &facts};
  source.node.stats = [&](const Snapshot& of, int64_t unix_millis) {
    StatsSource stats;
    stats.snapshot = &of;
    stats.counts = &counts;
    stats.counted_groups = &numbered;
    stats.unix_millis = unix_millis;
    return ReportStats(stats);
  };
  const std::string path = GENERATE("/api/v1/groups", "/api/v1/stats");
  const auto get = [&](const std::string& target) {
    HttpRequest request;
    request.verb = "GET";
    request.target = target;
    return nlohmann::json::parse(AnswerApi(source, request).body);
  };
  std::vector<std::string> seen;
  std::string next;
  std::vector<size_t> sizes;
  do {
    const auto page = get(path + (next.empty() ? "" : "?after=" + next));
    for (const auto& group : page["groups"]) seen.push_back(group["group"]);
    sizes.push_back(page["groups"].size());
    next = page.value("next", "");
  } while (!next.empty());
  CHECK(sizes == std::vector<size_t>{1000, 1000, 1000});
  CHECK(seen.size() == 3000);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("what grows in other answers is cut and counted") {
  const auto snapshot = ManyGroups();
  const NodeFacts facts;
  const auto get = [&](const std::string& command) {
    return nlohmann::json::parse(
        RunReadCommand(*snapshot, facts, command + " --json", kNow));
  };
  const auto status = get("status");
  CHECK(status["out"].size() == 1000);
  CHECK(status["out_total"] == 2999);
  CHECK(get("status --limit 10000")["out"].size() == 2999);
  CHECK_FALSE(get("status --limit 10000").contains("out_total"));
  const auto name = get("name show ftp.example.org");
  CHECK(name["groups"].size() == 1000);
  CHECK(name["groups_total"] == 3000);
  const auto explained = get("explain ftp.example.org 198.51.100.7 --limit 2");
  CHECK(explained["order"].size() <= 2);
  CHECK(explained["groups_on_ring"] == 3000);
  CHECK(RunReadCommand(*snapshot, facts, "status", kNow)
            .find("OUT      and 1999 more: status --limit N\n") !=
        std::string::npos);
  CHECK(RunReadCommand(*snapshot, facts, "status --after x", kNow)
            .starts_with("groupring answers here:"));
}

TEST_CASE("an answer that would be too long is refused with what to do") {
  const auto snapshot = ManyGroups();
  const NodeFacts facts;
  ReadRequest request;
  request.kind = ReadKind::kNameShow;
  request.operands = {"ftp.example.org"};
  request.format = ReadFormat::kJson;
  request.max_bytes = 1000;
  const auto refused = AnswerRead(request, {snapshot.get(), kNow, &facts});
  CHECK(absl::IsResourceExhausted(refused.status()));
  CHECK(refused.status().message().find("(limit)") != std::string::npos);
  request.limit = 3;
  CHECK(AnswerRead(request, {snapshot.get(), kNow, &facts}).ok());
}

TEST_CASE("the page counts changes that are in the audit and on no node") {
  const testing::ManualClock clock;
  EngineOptions options;
  options.store.location = redis::ParseLocation("unix:///nowhere").value();
  Engine engine(options, &clock, [](Severity, const std::string&) {});
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"proxy-1"}));
  data.SetGroup("proxy-1", {"192.0.2.1"}, {});
  redis::Dataset dataset = data.dataset();
  dataset.generation = 5;
  engine.Restore({std::move(dataset), clock.UnixMillis(), {}});
  PageFacts facts;
  facts.node = "ns1";
  facts.records = [] {
    redis::ServiceRecords records;
    records.nodes.emplace_back().name = "ns2";
    records.nodes.back().generation = 5;
    records.audit.emplace_back().generation = 7;
    return records;
  };
  HttpRouter router;
  AddStatusPage(&engine, &clock, facts, size_t{1} << 20, &router);
  HttpRequest request;
  request.verb = "GET";
  request.target = "/";
  const HttpResponse response = router.Answer(request);
  CHECK(response.status == 200);
  CHECK(response.body.find("2 changes behind") != std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
