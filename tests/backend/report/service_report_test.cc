#include "backend/report/service_report.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backend/report/address_report.h"
#include "backend/report/audit_report.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

std::shared_ptr<const Snapshot> Build(const DatasetText& data) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

NodesReport TwoNodes() {
  NodesReport nodes;
  nodes.generation = 17;
  nodes.unix_millis = kNow;
  for (const char* name : {"ns1", "ns2"}) {
    redis::NodeStatus node;
    node.name = name;
    node.kind = redis::NodeKind::kDaemon;
    node.clock_offset_millis = 40;
    node.version = "0.1.0";
    node.pid = 4711;
    node.started_unix_seconds = kNow / 1000 - 3600;
    node.seen_unix_millis = kNow - 1500;
    node.generation = 17;
    node.names = 2;
    node.groups = 3;
    nodes.nodes.push_back(node);
  }
  nodes.nodes[1].generation = 15;
  nodes.nodes[1].trouble = "Redis has been silent for 12 s";
  return nodes;
}

DatasetText OneOut() {
  DatasetText data = ThreeGroups();
  redis::GroupState state = Disabled();
  state.by = "ana@ns1";
  state.reason = "kernel";
  state.since = kNow / 1000 - 60;
  SetState(&data, "g1", state);
  data.SetGroup("g2", {"198.51.100.2"}, {});  // it had an AAAA
  return data;
}

Diagnostic LostAaaa() {
  return {Severity::kWarning, DiagnosticCode::kFamilyLost, "g2",
          "lost all its AAAA", ""};
}

ServiceReport Report(const DatasetText& data, NodesReport nodes,
                     Diagnostics problems = {}) {
  return ReportService(*Build(data), std::move(nodes), std::move(problems),
                       kNow);
}

TEST_CASE("the status has who is out, what is wrong, groups and nodes") {
  CHECK(
      ServiceText(Report(OneOut(), TwoNodes(), {LostAaaa()})) ==
      R"(OUT      g1 DISABLED (by ana@ns1, since 2027-01-15T07:59:00Z, "kernel")
problem  g2: lost all its AAAA
serving  2 names in 1 zone from 3 groups; 17 changes so far
nodes    1 of 2 up to date; ns2 2 changes behind

GROUP  STATE       WEIGHT  CLIENTS  A   AAAA  NAMES
g1     DISABLED       100     0.0%  1      1      2
g2     in service     100    50.0%  1  empty      2
g3     in service     100    50.0%  1      1      2

NODE  KIND    CHANGES           SEEN       NAMES  GROUPS   CLOCK  VERSION  TROUBLE
ns1   daemon  up to date        1.5 s ago      2       3  +0.0 s  0.1.0    -
ns2   daemon  2 changes behind  1.5 s ago      2       3  +0.0 s  0.1.0    Redis has been silent for 12 s
)");
}

TEST_CASE("a sound service is said to be one") {
  const std::string text = ServiceText(Report(ThreeGroups(), NodesReport()));
  CHECK(text.find("all groups in service, no problems\n") == 0);
  CHECK(text.find("nodes    none is listed\n") != std::string::npos);
}

TEST_CASE("the status for programs") {
  const auto json = nlohmann::json::parse(
      ServiceJson(Report(OneOut(), TwoNodes(), {LostAaaa()})));
  CHECK(json["version"] == 1);
  CHECK(json["out"] == Lines{"g1"});
  CHECK(json["problems"] == Lines{"g2: lost all its AAAA"});
  CHECK(json["diagnostics"][0]["code"] == "family_lost");
  CHECK(json["diagnostics"][0]["about"] == "g2");
  CHECK(json["diagnostics"][0]["level"] == "warning");
  CHECK(json["groups"][0]["admin_state"] == "disabled");
  CHECK(json["groups"][0]["kept_share"] == 0.0);
  CHECK(json["names"] == 2);
  CHECK(json["zones"] == 1);
  CHECK(json["generation"] == 17);
  CHECK(json["groups"][0]["state"] == "DISABLED");
  CHECK(json["groups"][0]["by"] == "ana@ns1");
  CHECK(json["groups"][0]["most_share"] == 0.0);
  CHECK(json["groups"][1]["aaaa"] == 0);
  CHECK(json["nodes"][1]["node"] == "ns2");
  CHECK(json["nodes"][1]["up_to_date"] == false);
}

TEST_CASE("a group of weight 0 is listed, though it stands on no ring") {
  DatasetText data = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "idle"});
  name.groups[1].weight = 0;
  data.Set("other.test", name);
  data.SetGroup("idle", {"192.0.2.9"}, {}, Disabled());
  const ServiceReport report = Report(data, NodesReport());
  REQUIRE(report.groups.size() == 4);
  CHECK(report.groups[3].group.group == "idle");
  CHECK(report.groups[3].group.intent.admin == redis::AdminState::kDisabled);
  CHECK(report.groups[3].group.most_weight == 0);
  CHECK_FALSE(report.groups[3].shares.clients.has_value());
}

TEST_CASE("shares of many rings are not counted") {
  DatasetText data;
  for (size_t i = 0; i <= kMaxReportedRings; ++i) {
    const std::string n = std::to_string(i);
    data.Set("n" + n + ".test", DatasetText::OnGroups({"g" + n}));
    data.SetGroup("g" + n, {"192.0.2.1"}, {});
  }
  CHECK_FALSE(Report(data, NodesReport()).groups[0].shares.clients.has_value());
}

TEST_CASE("news is what has changed between two looks") {
  const ServiceReport sound = Report(ThreeGroups(), TwoNodes());
  CHECK(ServiceNews(sound, sound).empty());
  NodesReport nodes = TwoNodes();
  nodes.nodes[1].generation = 17;
  nodes.nodes[1].trouble = "";
  nodes.nodes.erase(nodes.nodes.begin());
  CHECK(ServiceNews(sound, Report(OneOut(), nodes, {LostAaaa()})) ==
        Lines{"g1 in service -> DISABLED (by ana@ns1, since "
              "2027-01-15T07:59:00Z, \"kernel\")",
              "g2 AAAA addresses 1 -> 0", "node ns2 is up to date",
              "node ns2: trouble over", "node ns1 left the list",
              "problem: g2: lost all its AAAA"});
}

TEST_CASE("another weight is news") {
  DatasetText heavier = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.groups[0].weight = 300;
  heavier.Set("ftp.example.org", name);
  CHECK(ServiceNews(Report(ThreeGroups(), NodesReport()),
                    Report(heavier, NodesReport())) ==
        Lines{"g1 weight 100 -> 100-300"});
}

TEST_CASE("a problem that is gone is news") {
  CHECK(ServiceNews(Report(ThreeGroups(), NodesReport(), {LostAaaa()}),
                    Report(ThreeGroups(), NodesReport())) ==
        Lines{"solved: g2: lost all its AAAA"});
}

TEST_CASE("a ramp is news at each tenth") {
  const auto at = [](int64_t gone) {
    DatasetText data = ThreeGroups();
    redis::GroupState state;
    state.state = redis::AdminState::kDraining;
    state.start = kNow / 1000 - gone;
    state.duration = 1000;
    SetState(&data, "g1", state);
    return Report(data, NodesReport());
  };
  CHECK(ServiceNews(at(310), at(350)).empty());
  CHECK(ServiceNews(at(350), at(450)) ==
        Lines{"g1 DRAINING 35.0% -> DRAINING 45.0%"});
  CHECK(ServiceNews(Report(ThreeGroups(), NodesReport()), at(0)) ==
        Lines{"g1 in service -> DRAINING 0.0%"});
}

redis::AuditEntry Entry() {
  redis::AuditEntry entry;
  entry.id = "1800000000000-0";
  entry.unix_millis = kNow;
  entry.who = "ana@ns1";
  entry.what = "group disable";
  entry.target = "g1";
  entry.reason = "kernel";
  entry.before = "in service";
  entry.after = "DISABLED";
  entry.forced = true;
  entry.generation = 17;
  return entry;
}

TEST_CASE("the audit says when, who, what and why") {
  CHECK(AuditText({Entry()}) ==
        R"(TIME                  WHO      WHAT           TARGET  WHY     CHANGE
2027-01-15T08:00:00Z  ana@ns1  group disable  g1      kernel  in service -> DISABLED FORCED
)");
  CHECK(AuditText({}) == "nothing has been changed with groupring yet\n");
  CHECK(AuditLine(Entry()) ==
        "2027-01-15T08:00:00Z ana@ns1: group disable g1: in service -> "
        "DISABLED FORCED (\"kernel\")\n");
  const auto json = nlohmann::json::parse(AuditJson({Entry()}));
  CHECK(json["version"] == 1);
  CHECK(json["entries"][0]["time"] == 1800000000);
  CHECK(json["entries"][0]["forced"] == true);
  const std::string line = AuditJsonLine(Entry());
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(nlohmann::json::parse(line)["target"] == "g1");
}

TEST_CASE("addresses are listed with where they are never answered") {
  DatasetText data = ThreeGroups();
  auto apex = DatasetText::Apex();
  apex.skip_a = {"198.51.100.1"};
  data.Set("example.org", apex);
  CHECK(AddressesText(ReportAddresses(*Build(data), "g1")) ==
        R"(FAMILY  ADDRESS       NEVER ANSWERED AT
A       198.51.100.1  ftp.example.org ftps.example.org
AAAA    2001:db8::1   -
)");
  const auto json =
      nlohmann::json::parse(AddressesJson(ReportAddresses(*Build(data), "g1")));
  CHECK(json["owner"] == "g1");
  CHECK(json["addresses"][0]["blocked_at"].size() == 2);
  CHECK(AddressesText(ReportAddresses(*Build(data), "g9")) ==
        "g9 has no addresses\n");
}

}  // namespace
}  // namespace groupring::backend
