#include "backend/metrics/node_metrics.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>

#include "backend/metrics/ring_metrics.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// The lines of a metrics text that begin so, comments aside.
std::set<std::string> Lines(const std::string& text, std::string_view begin) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(begin)) lines.insert(line);
  }
  return lines;
}

bool HasLine(const std::string& text, const std::string& line) {
  return Lines(text, line).contains(line);
}

// Everything that there can be.
struct Node {
  ResolverWorld world = WorldOfThreeGroups();
  redis::HealthConclusions health;
  MetricsSource source;

  Node() {
    source.snapshot = &world.snapshot();
    source.counts = world.counts.get();
    source.counted_groups = world.holds->Numbered();
    source.health = &health;
    source.facts.version = "9.9";
    source.facts.redis_loaded = true;
    source.facts.redis_connected = true;
    source.facts.clock_offset_millis = -1500;
    source.started_unix_millis = kNow - 60'000;
    source.unix_millis = kNow;
  }

  std::string Text() {
    source.snapshot = &world.snapshot();
    return NodeMetrics(source);
  }
};

TEST_CASE("metrics: a node that answers") {
  Node node;
  node.world.Ask("ftp.example.org.", "ANY", "203.0.113.0/24");
  Request request;
  request.method = Method::kLookup;
  request.qtype = "ANY";
  request.transport = Transport::kPipeAbi;
  node.world.counts->CountQuery(request, QueryResult::kAnswered);
  const std::string text = node.Text();
  for (const std::string line :
       {"groupring_build_info{version=\"9.9\"} 1",
        "groupring_start_time_seconds 1799999940", "groupring_ready 1",
        "groupring_queries_total{transport=\"pipe-abi\",method=\"lookup\","
        "result=\"answered\"} 1",
        "groupring_lookups_total{qtype=\"ANY\",result=\"answered\"} 1",
        "groupring_client_keys_total{source=\"ecs\"} 1",
        "groupring_answers_total{family=\"AAAA\",source=\"in_service\"} 1",
        "groupring_redis_connected 1",
        "groupring_answers_from{origin=\"live\"} 1",
        "groupring_answers_from{origin=\"held\"} 0",
        "groupring_clock_offset_seconds -1.5", "groupring_zones 1",
        "groupring_names{answer=\"in_service\"} 1",
        "groupring_names{answer=\"fails\"} 0",
        "groupring_group_state{group=\"g2\",state=\"enabled\"} 1",
        "groupring_group_state{group=\"g2\",state=\"draining\"} 0",
        "groupring_group_kept_ratio{group=\"g2\"} 1",
        "groupring_group_addresses{group=\"g2\",family=\"A\"} 3"}) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
  // What did not happen is not there.
  CHECK(Lines(text, "groupring_queries_total").size() == 1);
  CHECK(Lines(text, "groupring_group_answers_total").size() == 2);
}

TEST_CASE("metrics: what following Redis takes, and how old data is") {
  Node node;
  redis::FeedCounts& feed = node.source.facts.feed;
  feed.connects = 3;
  feed.connect_failures = 4;
  feed.loads = 5;
  feed.commands = 6;
  feed.announcements = 7;
  feed.changed_reads = 8;
  feed.rereads = 9;
  feed.draws = 10;
  feed.malformed = 11;
  node.source.facts.saved_unix_millis = kNow - 2500;
  LatencyCounts builds;
  builds.Add(std::chrono::milliseconds(3));
  node.source.builds = &builds;
  const std::string text = node.Text();
  for (const std::string line :
       {"groupring_redis_connects_total{result=\"done\"} 3",
        "groupring_redis_connects_total{result=\"failed\"} 4",
        "groupring_redis_loads_total 5", "groupring_redis_commands_total 6",
        "groupring_redis_announcements_total 7",
        "groupring_redis_reads_total{cause=\"changed\"} 8",
        "groupring_redis_reads_total{cause=\"in_turn\"} 9",
        "groupring_redis_draws_total 10", "groupring_malformed_values_total 11",
        "groupring_state_file_age_seconds 2.5", "groupring_data_age_seconds 0",
        "groupring_snapshot_build_seconds_count 1",
        "groupring_snapshot_build_seconds_bucket{le=\"0.0025\"} 0",
        "groupring_snapshot_build_seconds_bucket{le=\"0.005\"} 1"}) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
  node.source.facts.redis_connected = false;
  CHECK(Lines(node.Text(), "groupring_data_age_seconds ").empty());
  node.source.facts.redis_heard_unix_millis = kNow - 7000;
  CHECK(HasLine(node.Text(), "groupring_data_age_seconds 7"));
  node.source.facts.doubting = true;
  node.source.facts.doubting_since_unix_millis = kNow - 9000;
  CHECK(HasLine(node.Text(), "groupring_data_age_seconds 9"));
  node.source.facts.saved_unix_millis.reset();
  CHECK(Lines(node.Text(), "groupring_state_file_age_seconds").empty());
}

TEST_CASE("metrics: checkers by whether they vote") {
  Node node;
  redis::HealthData data;
  for (const auto& [id, age, doubts] :
       {std::tuple("a", 1000, false), std::tuple("b", 1000, true),
        std::tuple("c", 60'000, false), std::tuple("d", 2000, false)}) {
    redis::CheckerStatus& checker = data.checkers.emplace_back();
    checker.id = id;
    checker.seen_unix_millis = kNow - age;
    checker.doubts_itself = doubts;
  }
  node.source.health_data = &data;
  node.source.health_unix_millis = kNow;
  CHECK(Lines(node.Text(), "groupring_checkers{") ==
        std::set<std::string>{"groupring_checkers{state=\"live\"} 2",
                              "groupring_checkers{state=\"doubting\"} 1",
                              "groupring_checkers{state=\"silent\"} 1"});
}

TEST_CASE("metrics: scopes, draws and failures by their names") {
  Node node;
  QueryCounts& counts = *node.world.counts;
  counts.scopes[48].Add(2);
  counts.draws[static_cast<size_t>(CountedDraw::kRedis)].Add(3);
  counts.failures[static_cast<size_t>(FailureCause::kNothingKnown)].Add(4);
  counts.answers[0][static_cast<size_t>(CountedSource::kPanic)].Add(5);
  const std::string text = node.Text();
  for (const std::string line :
       {"groupring_answer_scopes_total{scope=\"48\"} 2",
        "groupring_draws_total{by=\"redis\"} 3",
        "groupring_failures_total{cause=\"nothing_known\"} 4",
        "groupring_answers_total{family=\"A\",source=\"panic\"} 5"}) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
  CHECK(Lines(text, "groupring_answer_scopes_total").size() == 1);
}

TEST_CASE("metrics: connections and how long answers take") {
  Node node;
  TrafficCounts& traffic = node.world.counts->traffic;
  const auto kHttp = static_cast<size_t>(TrafficKind::kHttp);
  traffic.opened[kHttp].Add(9);
  traffic.closed[kHttp][static_cast<size_t>(CloseCause::kIdle)].Add(2);
  traffic.refused[kHttp][static_cast<size_t>(RefusalCause::kTooMany)].Add(3);
  traffic.errors[kHttp].Add(4);
  LatencyCounts& latency =
      traffic.latency[static_cast<size_t>(Transport::kHttp)];
  latency.Add(std::chrono::microseconds(30));
  latency.Add(std::chrono::milliseconds(30));
  const std::string text = node.Text();
  for (const std::string line :
       {"groupring_connections{transport=\"http\"} 7",
        "groupring_connections_opened_total{transport=\"http\"} 9",
        "groupring_connections_closed_total{transport=\"http\",cause=\"idle\"} "
        "2",
        "groupring_connections_refused_total{transport=\"http\",cause="
        "\"too_many\"} 3",
        "groupring_connection_errors_total{transport=\"http\"} 4",
        "groupring_answer_seconds_count{transport=\"http\"} 2",
        "groupring_answer_seconds_bucket{transport=\"http\",le=\"5e-05\"} 1",
        "groupring_answer_seconds_bucket{transport=\"http\",le=\"0.05\"} 2"}) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
  CHECK(Lines(text, "groupring_connections{").size() == 1);
}

TEST_CASE(
    "metrics: what was observed of a ring stands beside what is expected") {
  Node node;
  // A second name on the same groups with another PANIC has the same ring.
  auto other = DatasetText::OnGroups({"g1", "g2", "g3"});
  other.config.panic_percent = 70;
  node.world.data.Set("a.example.org", other);
  node.world.data.SetGroup("g4", {"198.51.4.1"}, {});
  node.world.data.Set("z.example.org", DatasetText::OnGroups({"g4"}));
  node.world.Apply();
  node.source.counted_groups = {"g1", "g2", "g3", "g4"};
  const Snapshot& snapshot = node.world.snapshot();
  const DynamicName* const ftp = snapshot.FindDynamic("ftp.example.org");
  REQUIRE(ftp != nullptr);
  // And of a ring that no name has any more.
  std::string error;
  node.source.ring_answers = {
      {snapshot.RingOf(*ftp)->ring, {{0, 30}, {1, 10}}},
      {hashing::Ring::Create({{"g1", 5}}, &error), {{0, 100}}}};
  const std::string text = node.Text();
  for (const std::string line :
       {"groupring_ring_recent_questions{ring=\"a.example.org\"} 40",
        "groupring_group_observed_ratio{ring=\"a.example.org\",group=\"g1\"} "
        "0.75",
        "groupring_group_observed_ratio{ring=\"a.example.org\",group=\"g2\"} "
        "0.25",
        "groupring_group_observed_ratio{ring=\"a.example.org\",group=\"g3\"} 0",
        "groupring_group_weight{ring=\"a.example.org\",group=\"g2\"} 100",
        "groupring_group_expected_ratio{ring=\"z.example.org\",group=\"g4\"} "
        "1"}) {
    CAPTURE(line);
    CHECK(HasLine(text, line));
  }
  CHECK(Lines(text, "groupring_group_observed_ratio").size() == 3);
  CHECK(Lines(text, "groupring_group_expected_ratio").size() == 4);
  CHECK(Lines(text, "groupring_ring_recent_questions").size() == 1);
}

TEST_CASE("metrics: names of rings are looked for only where names changed") {
  Node node;
  RingNameCache cache;
  const auto first = cache.Of(node.world.snapshot());
  REQUIRE(first->size() == 1);
  CHECK(first->front() == "ftp.example.org");
  CHECK(cache.Of(node.world.snapshot()) == first);
  node.world.data.Set("a.example.org",
                      DatasetText::OnGroups({"g1", "g2", "g3"}));
  node.world.Apply();
  CHECK(cache.Of(node.world.snapshot())->front() == "a.example.org");
  CHECK(*cache.Of(node.world.snapshot()) == RingNames(node.world.snapshot()));
}

TEST_CASE("metrics: the page lists the causes that there are") {
  std::ifstream page(std::string(GROUPRING_SOURCE_DIR) +
                     "/backend/metrics/README.md");
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  for (size_t c = 0; c < kRefusalCauses; ++c) {
    CHECK(text.find("| `" + std::string(ToText(static_cast<RefusalCause>(c))) +
                    "` |") != text.npos);
  }
  for (size_t c = 0; c < kCloseCauses; ++c) {
    CHECK(text.find("| `" + std::string(ToText(static_cast<CloseCause>(c))) +
                    "` |") != text.npos);
  }
}

TEST_CASE("metrics: a group that is on its way out") {
  Node node;
  redis::GroupState draining;
  draining.state = redis::AdminState::kDraining;
  draining.start = kNow / 1000 - 30;
  draining.duration = 120;
  node.world.data.SetGroup("g1", {"198.51.1.1"}, {}, draining);
  node.world.data.SetGroup("g2", {"198.51.2.1"}, {}, Disabled());
  node.world.Apply();
  const std::string text = node.Text();
  CHECK(HasLine(text,
                "groupring_group_state{group=\"g1\",state=\"draining\"} 1"));
  CHECK(HasLine(text, "groupring_group_kept_ratio{group=\"g1\"} 0.75"));
  CHECK(HasLine(text, "groupring_group_kept_ratio{group=\"g2\"} 0"));
  // 0.75, 0 and 1 of equal weights.
  CHECK(HasLine(text,
                "groupring_group_expected_ratio{ring=\"ftp.example.org\","
                "group=\"g2\"} 0"));
  CHECK(Lines(text,
              "groupring_group_expected_ratio{ring=\"ftp.example.org\","
              "group=\"g3\"} 0.57142857")
            .size() == 1);
}

TEST_CASE("metrics: a node that has loaded nothing says that it is not ready") {
  MetricsSource source;
  const std::string text = NodeMetrics(source);
  CHECK(HasLine(text, "groupring_ready 0"));
  CHECK(HasLine(text, "groupring_redis_loaded 0"));
  CHECK(Lines(text, "groupring_names").empty());
}

TEST_CASE("metrics: the answers of a group that was forgotten and came back") {
  Node node;
  node.source.counted_groups = {"g1", "g2", "g1"};
  node.world.counts->groups.Add(0, 0, 5);
  node.world.counts->groups.Add(2, 0, 6);
  CHECK(HasLine(node.Text(),
                "groupring_group_answers_total{group=\"g1\",family=\"A\"} 11"));
}

TEST_CASE("metrics: of very many groups the first have series") {
  Node node;
  std::vector<std::string> groups;
  for (size_t i = 0; i < kMaxGroupsWithSeries + 3; ++i) {
    groups.push_back("g" + std::to_string(1'000'000 + i));
    node.world.data.SetGroup(groups.back(), {"192.0.2.1"}, {});
  }
  node.world.data.Set("ftp.example.org", DatasetText::OnGroups(groups));
  node.world.Apply();
  const std::string text = node.Text();
  CHECK(HasLine(text, "groupring_groups_without_series 3"));
  CHECK(Lines(text, "groupring_group_kept_ratio").size() ==
        kMaxGroupsWithSeries);
  CHECK(HasLine(text, "groupring_group_kept_ratio{group=\"g1000000\"} 1"));
}

TEST_CASE("metrics: the page lists the series that there are, and no others") {
  Node node;
  node.world.Ask("ftp.example.org.", "ANY", "203.0.113.0/24");
  Request request;
  request.method = Method::kLookup;
  node.world.counts->CountQuery(request, QueryResult::kAnswered);
  node.source.ring_answers = {{node.world.snapshot().rings[0]->ring, {{0, 1}}}};
  TrafficCounts& traffic = node.world.counts->traffic;
  traffic.opened[0].Add();
  traffic.refused[0][0].Add();
  traffic.closed[0][0].Add();
  traffic.errors[0].Add();
  traffic.latency[0].Add(std::chrono::microseconds(30));
  node.health.groups["g1"] = std::make_shared<redis::GroupHealth>();
  node.world.counts->failures[0].Add();
  const redis::HealthData health_data;
  node.source.health_data = &health_data;
  const LatencyCounts builds;
  node.source.builds = &builds;
  node.source.facts.saved_unix_millis = kNow;
  std::set<std::string> exported;
  for (const std::string& line : Lines(node.Text(), "# TYPE ")) {
    const size_t begin = line.find("groupring_");
    exported.insert(line.substr(begin, line.find(' ', begin) - begin));
  }
  std::ifstream page(std::string(GROUPRING_SOURCE_DIR) +
                     "/backend/metrics/README.md");
  std::set<std::string> listed;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `groupring_")) continue;
    listed.insert(line.substr(3, line.find('`', 3) - 3));
  }
  CHECK(listed == exported);
}

}  // namespace
}  // namespace groupring::backend
