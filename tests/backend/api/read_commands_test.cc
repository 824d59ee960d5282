#include "backend/api/read_commands.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

std::shared_ptr<const Snapshot> Sample() {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  data.Set("ftp.example.org", DatasetText::OnGroups({"proxy-1", "proxy-2"}));
  data.SetGroup("proxy-1", {"192.0.2.1"}, {});
  data.SetGroup("proxy-2", {"192.0.2.2"}, {}, Disabled());
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

NodeFacts Healthy() {
  NodeFacts facts;
  facts.version = "1.2.3";
  facts.redis_connected = true;
  facts.redis_loaded = true;
  return facts;
}

std::string Run(const std::string& command) {
  return RunReadCommand(*Sample(), Healthy(), command, kNow + 2000);
}

TEST_CASE("status says first what is out, then what is served") {
  CHECK(Run("status") ==
        "OUT      proxy-2 DISABLED\n"
        "serving  1 names in 1 zones from 2 groups\n"
        "answers  what Redis holds\n"
        "redis    connected; last heard of 0.0 s ago; generation 0 applied\n"
        "version  groupring 1.2.3; snapshot 1, 2.0 s old\n");
}

TEST_CASE("status names each problem") {
  NodeFacts facts = Healthy();
  facts.redis_connected = false;
  facts.doubting = true;
  facts.doubting_since_unix_millis = kNow;
  const std::string text = RunReadCommand(*Sample(), facts, "status", kNow);
  CHECK(text.find("problem  what Redis holds (0 names; of what was known ") !=
        std::string::npos);
  CHECK(text.find("problem  Redis is away") != std::string::npos);
}

TEST_CASE("commands answer people, and programs with --json") {
  CHECK(Run("group list").find("proxy-2  DISABLED") != std::string::npos);
  CHECK(Run("group show proxy-1").find("ftp.example.org") != std::string::npos);
  CHECK(Run("name list").find("ftp.example.org") != std::string::npos);
  CHECK(Run("name show FTP.example.org.").find("proxy-1") != std::string::npos);
  CHECK(Run("explain ftp.example.org 198.51.100.0/24")
            .find("answered by proxy-1") != std::string::npos);
  for (const std::string command :
       {"status", "group list", "group show proxy-1", "name list",
        "name show ftp.example.org",
        "explain ftp.example.org 198.51.100.0/24"}) {
    CAPTURE(command);
    CHECK(nlohmann::json::parse(Run(command + " --json"))["version"] == 1);
    CHECK(nlohmann::json::parse(Run("--json " + command))["version"] == 1);
  }
}

TEST_CASE("unknown commands, groups and names are answered with advice") {
  CHECK(Run("").find("groupring answers here: status") == 0);
  CHECK(Run("group disable proxy-1").find("groupring answers here") == 0);
  CHECK(Run("group show proxy-3") ==
        "there is no group proxy-3 on any name; did you mean proxy-1?\n");
  CHECK(Run("name show ftp.example.com") ==
        "there is no name ftp.example.com; did you mean ftp.example.org?\n");
  CHECK(Run("explain ftp.example.org nonsense").find("is no client") !=
        std::string::npos);
}

TEST_CASE("an answer repeats nothing that would steer a terminal") {
  for (const std::string command :
       {"group show \x1b[31m", "name show a\nb", "explain x \x1b[31m",
        "explain ftp.example.org 192.0.2.1%\x1b[31m"}) {
    const std::string text = Run(command);
    CAPTURE(text);
    CHECK(text.find('\x1b') == std::string::npos);
  }
}

// What the command line asks, which knows everything that Redis holds.
absl::StatusOr<std::string> Ask(const ReadRequest& request) {
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"proxy-1"}));
  data.Set("bare.example.org", {});
  data.SetGroup("proxy-1", {"192.0.2.1"}, {});
  data.SetGroup("spare", {"192.0.2.9"}, {"2001:db8::9"});
  redis::DatasetChange change;
  change.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, kNow);
  ReadSource source{snapshot.get(), kNow};
  source.dataset = &data.dataset();
  return AnswerRead(request, source);
}

TEST_CASE("the list of groups alone has one group on each line") {
  CHECK(*Ask({ReadKind::kGroupList, {}, ReadFormat::kNames}) ==
        "proxy-1\nspare\n");
}

TEST_CASE("addresses are listed of groups on and off names") {
  const auto on = Ask({ReadKind::kAddressList, {"proxy-1"}, ReadFormat::kText});
  REQUIRE(on.ok());
  CHECK(on->find("A       192.0.2.1") != std::string::npos);
  const auto off = Ask({ReadKind::kAddressList, {"spare"}, ReadFormat::kText});
  REQUIRE(off.ok());
  CHECK(off->find("AAAA    2001:db8::9") != std::string::npos);
  const auto none = Ask({ReadKind::kAddressList, {"spar"}, ReadFormat::kText});
  CHECK(none.status() ==
        absl::NotFoundError("there is no group spar on any name; did you mean "
                            "spare?"));
}

TEST_CASE("a group that no name answers from is shown all the same") {
  const auto spare = Ask({ReadKind::kGroupShow, {"spare"}, ReadFormat::kText});
  REQUIRE(spare.ok());
  CHECK(spare->find("2001:db8::9") != std::string::npos);
}

TEST_CASE("what does not exist is told with the nearest that does") {
  CHECK(Ask({ReadKind::kExplain, {"fpt.example.org", "192.0.2.1"}}).status() ==
        absl::NotFoundError("there is no name fpt.example.org; did you mean "
                            "ftp.example.org?"));
  CHECK(Ask({ReadKind::kExplain, {"ftp.example.org", "x"}}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a ready node says which names fail, and what to do") {
  DatasetText data;
  auto name = DatasetText::OnGroups({"g1"});
  data.SetGroup("g1", {"192.0.2.1"}, {});
  data.Set("good.example.org", name);
  redis::DatasetChange change;
  change.everything = true;
  SnapshotBuilder builder([](Severity, const std::string&) {});
  NodeFacts facts;
  facts.redis_connected = facts.redis_loaded = true;
  CHECK(ReadyText(*builder.Apply(data.dataset(), change, kNow), facts, kNow) ==
        "ok\n");
  name.skip_a = {"0.0.0.0/0"};
  data.Set("skipped.example.org", name);
  const auto snapshot = builder.Apply(data.dataset(), change, kNow);
  const std::string ready = ReadyText(*snapshot, facts, kNow);
  CHECK(ready.starts_with("ok, but skipped.example.org cannot be answered"));
  CHECK(ready.find("skipped.example.org:A:SKIPLIST") != std::string::npos);
  const StatusReport status = ReportStatus(*snapshot, facts, kNow);
  REQUIRE(status.problems.size() == 1);
  CHECK(status.problems[0].code == DiagnosticCode::kEverythingSkipped);
  CHECK(StatusText(status).find("problem  skipped.example.org cannot") !=
        std::string::npos);
}

TEST_CASE("a group of weight 0 is listed as out by `status`") {
  DatasetText data;
  auto name = DatasetText::OnGroups({"g1", "g2"});
  name.groups[0].weight = 0;
  data.SetGroup("g1", {"192.0.2.1"}, {});
  data.SetGroup("g2", {"192.0.2.2"}, {});
  data.Set("a.example.org", name);
  data.Set("b.example.org", name);
  redis::DatasetChange change;
  change.everything = true;
  NodeFacts facts;
  facts.redis_connected = facts.redis_loaded = true;
  const StatusReport status =
      ReportStatus(*SnapshotBuilder([](Severity, const std::string&) {
                    }).Apply(data.dataset(), change, kNow),
                   facts, kNow);
  CHECK(status.groups == 2);
  CHECK(status.out == std::vector<std::string>{
                          "g1 WEIGHT 0 on a.example.org and 1 more name"});
}

TEST_CASE("top is what the node tells, by the kind that is asked for") {
  const auto top = [](const std::string& command) {
    NodeKnowledge node;
    node.top = [](TopBy by, size_t limit) {
      TopReport report;
      report.by = by;
      report.asked.queries = report.asked.samples = 10;
      report.asked.askers = {{std::to_string(limit), 10, 0, 1, 0, 1}};
      return report;
    };
    return RunReadCommand(*Sample(), Healthy(), command, kNow, kMostBytes,
                          node);
  };
  CHECK(top("top").find("RESOLVER") != std::string::npos);
  CHECK(top("top").find("\n20 ") != std::string::npos);
  CHECK(top("top --by subnet --limit 3").find("\n3 ") != std::string::npos);
  CHECK(top("top --by subnet").find("SUBNET") != std::string::npos);
  CHECK(nlohmann::json::parse(top("top --json --by name"))["by"] == "name");
  CHECK(top("top --by colour")
            .find("expected resolver, subnet, name or "
                  "group") != std::string::npos);
  CHECK(top("status --by name").starts_with("groupring answers here"));
  CHECK(Run("top").find("only a node knows who asks it") == 0);
}

TEST_CASE("stats are what the node tells, in three formats") {
  const auto stats = [](const std::string& command) {
    NodeKnowledge node;
    node.stats = [](const Snapshot&, int64_t) {
      StatsReport report;
      report.groups.emplace_back().group = "g7";
      return report;
    };
    return RunReadCommand(*Sample(), Healthy(), command, kNow, kMostBytes,
                          node);
  };
  CHECK(stats("stats").find("\ng7 ") != std::string::npos);
  CHECK(stats("stats --csv").starts_with("type,group,"));
  CHECK(nlohmann::json::parse(stats("stats --json"))["groups"][0]["group"] ==
        "g7");
  CHECK(stats("status --csv").starts_with("groupring answers here"));
  CHECK(stats("stats g7").starts_with("groupring answers here"));
  CHECK(nlohmann::json::parse(stats("stats --json --after g7"))["groups"]
            .empty());
  CHECK(Run("stats").find("only a node has counted anything") == 0);
}

TEST_CASE("ready only with names to answer") {
  CHECK(NotReady(nullptr, {}).size() == 1);
  CHECK(NotReady(Sample().get(), {}).empty());
  Snapshot empty;
  empty.owners = std::make_shared<OwnerMap>();
  CHECK(NotReady(&empty, {}).size() == 1);
}

}  // namespace
}  // namespace groupring::backend
