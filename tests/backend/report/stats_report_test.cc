// The figures of a node and its groups, to the byte.
#include "backend/report/stats_report.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// The columns of the node, which a group does not have.
const std::string kNoMore = std::string(24, ',') + "\n";

// Three groups, one of them disabled and one checked, after some questions.
struct CountedNode {
  ResolverWorld world = WorldOfThreeGroups();
  redis::HealthConclusions health;
  std::vector<std::string> groups;

  CountedNode() {
    world.data.SetGroup("g2", {"198.51.2.1", "198.51.2.2"}, {}, Disabled());
    world.Apply();
    groups = world.holds->Numbered();
    QueryCounts& counts = *world.counts;
    for (uint32_t i = 0; i < groups.size(); ++i) {
      counts.groups.Add(i, 0, groups[i] == "g1" ? 30 : 0);
      counts.groups.Add(i, 1, groups[i] == "g3" ? 10 : 0);
    }
    Request request;
    request.method = Method::kLookup;
    for (int n = 0; n < 31; ++n) {
      counts.CountQuery(request, n == 0   ? QueryResult::kServfail
                                 : n == 1 ? QueryResult::kNothing
                                          : QueryResult::kAnswered);
    }
    counts.clients[static_cast<size_t>(CountedClient::kSubnet)].Add(20);
    counts.clients[static_cast<size_t>(CountedClient::kResolver)].Add(9);
    counts.answers[0][static_cast<size_t>(CountedSource::kInService)].Add(29);
    counts.answers[0][static_cast<size_t>(CountedSource::kFallback)].Add(1);
    counts.answers[1][static_cast<size_t>(CountedSource::kInService)].Add(10);
    counts.draws[static_cast<size_t>(CountedDraw::kRedis)].Add(38);
    counts.draws[static_cast<size_t>(CountedDraw::kOwn)].Add(2);
    counts.traffic.opened[0].Add(5);
    counts.traffic.closed[0][0].Add(2);
    counts.traffic.refused[2][0].Add(7);
    auto checked = std::make_shared<redis::GroupHealth>();
    checked->families[0].up = 2;
    checked->families[1].up = 0;
    checked->acts = false;
    health.groups["g1"] = checked;
  }

  StatsReport Report() const {
    StatsSource source;
    source.snapshot = &world.snapshot();
    source.facts.version = "9.9";
    source.facts.redis_connected = source.facts.redis_loaded = true;
    source.facts.feed.connects = 3;
    source.facts.feed.loads = 5;
    source.facts.feed.commands = 6;
    source.facts.feed.changed_reads = 8;
    source.facts.feed.rereads = 9;
    source.facts.saved_unix_millis = kNow - 2500;
    source.counts = world.counts.get();
    source.counted_groups = &groups;
    source.health = &health;
    source.unix_millis = kNow;
    return ReportStats(source);
  }
};

TEST_CASE(
    "stats as CSV: a heading, a row for the node and one for each group") {
  CHECK(StatsCsv(CountedNode().Report()) ==
        "type,group,state,kept_ratio,expected_ratio,answer_ratio,addresses_a,"
        "up_a,addresses_aaaa,up_aaaa,health_acts,names,answers_a,answers_aaaa,"
        "version,ready,redis_connected,answers_from,generation,questions,"
        "answered,nothing,failed,by_ecs,by_resolver,by_nobody,connections,"
        "refused,fallback,panic,draws_redis,draws_own,redis_connects,"
        "redis_commands,redis_loads,redis_changed_reads,redis_rereads,"
        "state_file_age_seconds\n"
        "node,,,,,,,,,,,1,30,10,\"9.9\",1,1,\"live\",0,31,29,1,1,20,9,0,3,7,"
        "1,0,38,2,3,6,5,8,9,2.5\n"
        "group,\"g1\",\"enabled\",1,0.5,0.75,3,2,3,0,0,1,30,0" +
            kNoMore + "group,\"g2\",\"disabled\",0,0,0,2,,0,,,1,0,0" + kNoMore +
            "group,\"g3\",\"enabled\",1,0.5,0.25,3,,3,,,1,0,10" + kNoMore);
}

TEST_CASE("stats: a part of the groups, and what the next one comes after") {
  const StatsReport report = CountedNode().Report();
  const auto page = [&](const ListPart& part, size_t max_bytes = SIZE_MAX) {
    return nlohmann::json::parse(StatsJson(report, part, max_bytes));
  };
  const auto first = page({"", 2});
  CHECK(first["groups"].size() == 2);
  CHECK(first["next"] == "g2");
  CHECK(first["total"] == 3);
  CHECK(first["node"]["questions"] == 31);
  const auto second = page({"g2", 2});
  CHECK(second["groups"].size() == 1);
  CHECK(second["groups"][0]["group"] == "g3");
  CHECK_FALSE(second.contains("next"));
  // Whether or not it is there.
  CHECK(page({"g11", 1})["groups"][0]["group"] == "g2");
  CHECK(page({"z", 1})["groups"].empty());
  CHECK_FALSE(page({"z", 1}).contains("next"));
  // A page is cut where it gets too long, but for its first group.
  const size_t whole = StatsJson(report).size();
  CHECK_FALSE(page({}, whole + 100).contains("next"));
  CHECK(page({}, whole - 100)["next"] == "g2");
  CHECK(StatsJson(report, {}, whole - 100).size() <= whole - 100);
  CHECK(page({}, 1)["groups"].size() == 1);

  const std::string csv = StatsCsv(report, {"g1", 1});
  CHECK(csv.find("\ngroup,\"g2\"") != std::string::npos);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
  CHECK(StatsText(report, Colours::kNone, {"g2", 5}).find("\ng1 ") ==
        std::string::npos);
}

TEST_CASE("stats as CSV: a group whose name is hostile stays one value") {
  CountedNode node;
  node.world.data.SetGroup("a\"b,\nc", {"198.51.9.1"}, {});
  node.world.data.Set("x.example.org", DatasetText::OnGroups({"a\"b,\nc"}));
  node.world.Apply();
  const std::string csv = StatsCsv(node.Report());
  // As Printable writes it, with the quote doubled.
  CHECK(csv.find("\ngroup,\"a\"\"b,?c\",\"enabled\",1,") != std::string::npos);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 6);
}

TEST_CASE("stats as JSON: the same names, and null where there is none") {
  const auto json = nlohmann::json::parse(StatsJson(CountedNode().Report()));
  CHECK(json["version"] == 1);
  CHECK(json["node"]["questions"] == 31);
  CHECK(json["node"]["failed"] == 1);
  CHECK(json["node"]["connections"] == 3);
  REQUIRE(json["groups"].size() == 3);
  CHECK(json["groups"][0]["group"] == "g1");
  CHECK(json["groups"][0]["up_a"] == 2);
  CHECK(json["groups"][0]["health_acts"] == 0);
  CHECK(json["groups"][0]["answer_ratio"] == 0.75);
  CHECK(json["groups"][1]["up_a"].is_null());
  CHECK(json["groups"][1]["state"] == "disabled");
  CHECK(json["groups"][2]["expected_ratio"] == 0.5);
}

TEST_CASE("stats for people: a table below what the node has answered") {
  CHECK(StatsText(CountedNode().Report()) ==
        "31 questions since the start: 29 answered, 1 with nothing, 1 failed\n"
        "3 connections, 7 refused; answers from live data\n"
        "GROUP  STATE      KEEPS  EXPECTED  ANSWERS    A  AAAA  ANSWERED A  "
        "ANSWERED AAAA  NAMES\n"
        "g1     enabled   100.0%     50.0%    75.0%  2/3   0/3          30  "
        "            0      1\n"
        "g2     disabled    0.0%      0.0%     0.0%    2     0           0  "
        "            0      1\n"
        "g3     enabled   100.0%     50.0%    25.0%    3     3           0  "
        "           10      1\n");
}

TEST_CASE("stats of a node that nobody has asked are zeros") {
  CountedNode node;
  node.world.counts = std::make_shared<QueryCounts>();
  const auto json = nlohmann::json::parse(StatsJson(node.Report()));
  CHECK(json["node"]["questions"] == 0);
  CHECK(json["groups"][0]["answer_ratio"] == 0);
}

TEST_CASE("stats: what is expected is averaged over the names") {
  CountedNode node;
  node.world.data.Set("x.example.org", DatasetText::OnGroups({"g1"}));
  node.world.Apply();
  // Half of ftp.example.org, and all of x.example.org.
  CHECK(node.Report().groups[0].expected_ratio == 0.75);
  CHECK(node.Report().groups[0].names == 2);
}

}  // namespace
}  // namespace groupring::backend
