#include "backend/report/explanation.h"

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "backend/report/group_words.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/words.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

std::shared_ptr<const Snapshot> Build(const DatasetText& data) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

DatasetText ThreeGroups() {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2", "g3"}));
  for (const std::string g : {"1", "2", "3"}) {
    data.SetGroup("g" + g, {"198.51." + g + ".1", "198.51." + g + ".2"},
                  {"2001:db8:" + g + "::1"});
  }
  return data;
}

const Explanation Of(const DatasetText& data, const std::string& client) {
  const auto explanation =
      Explain(*Build(data), "FTP.example.org.", client, "", kNow + 1500);
  REQUIRE(explanation.has_value());
  return *explanation;
}

TEST_CASE("an explanation names each step from client to addresses") {
  const Explanation e = Of(ThreeGroups(), "203.0.113.77/32");
  CHECK(e.name == "ftp.example.org");
  CHECK(e.zone == "example.org");
  CHECK(e.answered());
  CHECK(e.subnet == "203.0.113.0/24");
  CHECK(e.key_source == KeySource::kSubnet);
  CHECK(e.scope_mask == 24);
  CHECK(e.mode == redis::AnswerMode::kGroupConsistentHash);
  CHECK(e.snapshot == 1);
  CHECK(e.generation == 0);
  CHECK(e.snapshot_age_millis == 1500);
  REQUIRE(e.order.size() == 3);
  CHECK(e.order[0].answers == std::array{true, true});
  CHECK(e.order[0].passed_over == PassedOver::kNo);
  CHECK(e.order[1].passed_over == PassedOver::kNotReached);
  CHECK(VerdictText(e) == "answered by " + e.order[0].group);
  REQUIRE(e.families.size() == 2);
  CHECK(e.families[0].candidates.size() == 2);
  CHECK(e.families[1].candidates.size() == 1);
}

TEST_CASE("an explanation names the label and the entry that decide") {
  DatasetText data = ThreeGroups();
  data.SetAffinity(
      AffinityOf({"203.0.113.0/24", "customer-17/4", "10.0.0.0/8", "a"}));
  const Explanation e = Of(data, "203.0.113.77/32");
  REQUIRE(e.affinity.has_value());
  CHECK(e.subnet == "203.0.113.0/24");
  CHECK(ExplanationText(e).find(
            "label      customer-17 (entry 203.0.113.0/24 of "
            "groupring:affinity), key 1 of 4: its slot is that of the "
            "label\n") != std::string::npos);
  const auto json = nlohmann::json::parse(ExplanationJson(e));
  CHECK(json["label"] == "customer-17");
  CHECK(json["label_keys"] == 4);
  CHECK(json["label_key"] == 1);
  CHECK(json["affinity_entry"] == "203.0.113.0/24");

  const Explanation same = Of(data, "10.1.0.0/16");
  CHECK(same.slot == Of(data, "10.2.0.0/16").slot);
  CHECK(ExplanationText(same).find("label      a (entry 10.0.0.0/8 of "
                                   "groupring:affinity): its") !=
        std::string::npos);
  const Explanation none = Of(data, "192.0.2.0/24");
  CHECK(ExplanationText(none).find("label") == std::string::npos);
  CHECK(nlohmann::json::parse(ExplanationJson(none))["label"] == "");
}

TEST_CASE("a group of weight 0 is explained behind the others") {
  DatasetText data = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.groups[1].weight = 0;
  data.Set("ftp.example.org", name);
  Explanation e = Of(data, "203.0.113.0/24");
  REQUIRE(e.order.size() == 3);
  CHECK(e.groups_on_ring == 2);
  CHECK(e.order[2].group == "g2");
  CHECK(e.order[2].passed_over == PassedOver::kWeightZero);
  CHECK(ExplanationText(e).find("weight 0 on this name") != std::string::npos);
  for (auto& group : name.groups) group.weight = 0;
  data.Set("ftp.example.org", name);
  e = Of(data, "203.0.113.0/24");
  CHECK(e.verdict == Verdict::kLastKnownGood);
  CHECK(e.families[0].group == e.order[0].group);
}

TEST_CASE("a name whose addresses are all skipped is explained by that") {
  DatasetText data = ThreeGroups();
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.skip_a = {"0.0.0.0/0"};
  name.skip_aaaa = {"::/0"};
  data.Set("ftp.example.org", name);
  const Explanation e = Of(data, "203.0.113.0/24");
  CHECK(e.verdict == Verdict::kEverythingSkipped);
  CHECK_FALSE(e.answered());
  CHECK(VerdictText(e).find("skip lists cover") != std::string::npos);
}

TEST_CASE("a group passed over is explained by who took it out and why") {
  DatasetText data = ThreeGroups();
  const std::string first = Of(data, "203.0.113.0/24").order[0].group;
  redis::GroupState state = Disabled();
  state.by = "ana@ns1";
  state.reason = "kernel upgrade";
  state.until = 1'800'000'600;
  data.SetGroup(first, {"198.51.1.1"}, {"2001:db8:1::1"}, state);
  const Explanation e = Of(data, "203.0.113.0/24");
  CHECK(e.order[0].group == first);
  CHECK(e.order[0].intent.admin == redis::AdminState::kDisabled);
  CHECK(e.order[0].passed_over == PassedOver::kDisabled);
  CHECK(StateSentence(e.order[0].state, e.order[0].intent) ==
        "DISABLED (by ana@ns1, \"kernel upgrade\", until "
        "2027-01-15T08:10:00Z)");
  CHECK(e.order[1].answers == std::array{true, true});
  CHECK(VerdictText(e) == "answered by " + e.order[1].group);
}

TEST_CASE("a group that lacks a family, and one that drained this slot") {
  DatasetText data = ThreeGroups();
  const Explanation before = Of(data, "203.0.113.0/24");
  const std::string first = before.order[0].group;
  const std::string second = before.order[1].group;
  data.SetGroup(first, {"198.51.1.1"}, {});
  Explanation e = Of(data, "203.0.113.0/24");
  CHECK(e.order[0].passed_over == PassedOver::kLacksFamily);
  CHECK(e.order[0].lacks == std::array{false, true});
  CHECK(ExplanationText(e).find("no AAAA in service") != std::string::npos);
  CHECK(VerdictText(e) ==
        "answered by " + first + " (A) and " + second + " (AAAA)");
  // The second has what was still open, and of the third nothing is asked.
  CHECK(e.order[1].answers == std::array{false, true});
  CHECK(e.order[1].passed_over == PassedOver::kNo);
  CHECK(e.order[2].passed_over == PassedOver::kNotReached);

  redis::GroupState state;
  state.state = redis::AdminState::kDraining;
  state.start = kNow / 1000 - 9980;
  state.duration = 10000;
  data.SetGroup(first, {"198.51.1.1"}, {"2001:db8:1::1"}, state);
  e = Of(data, "203.0.113.0/24");
  CHECK(e.order[0].passed_over == PassedOver::kSlotGivenUp);
  CHECK(StateWords(e.order[0].intent) == "DRAINING 99.8%");
}

TEST_CASE("nothing in service is said, and what happens then") {
  DatasetText data = ThreeGroups();
  for (const std::string g : {"g1", "g2", "g3"}) data.SetGroup(g, {}, {});
  const Explanation open = Of(data, "203.0.113.0/24");
  CHECK(open.answered());
  CHECK(VerdictText(open) ==
        "answered from the last known good addresses: nothing is in service");
  auto name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.config.on_empty = redis::OnEmpty::kServfail;
  data.Set("ftp.example.org", name);
  const Explanation e = Of(data, "203.0.113.0/24");
  CHECK_FALSE(e.answered());
  CHECK(e.verdict == Verdict::kRefused);
  CHECK(VerdictText(e).rfind("SERVFAIL", 0) == 0);
}

TEST_CASE("unknown names and clients that are no addresses") {
  const auto snapshot = Build(ThreeGroups());
  const auto unknown = Explain(*snapshot, "nope.test", "192.0.2.1", "", kNow);
  REQUIRE(unknown.has_value());
  CHECK_FALSE(unknown->answered());
  CHECK(VerdictText(*unknown) == "there is no such name");
  CHECK_FALSE(Explain(*snapshot, "ftp.example.org", "x", "", kNow).has_value());
}

TEST_CASE("an explanation for people") {
  CHECK(ExplanationText(Of(ThreeGroups(), "203.0.113.0/24")) ==
        R"(ftp.example.org for 203.0.113.0/24: answered by g1
subnet     203.0.113.0/24 (from the client subnet), slot 387263
zone       example.org
answer     group_consistent_hash; TTL 60 s, scope /24, ANSWERS 1, ON_EMPTY fail_open
order of groups for this slot
  #  GROUP  STATE       ANSWERS  WHY NOT
  1  g1     in service  A AAAA   -
  2  g3     in service  -        not reached: a group before it answers
  3  g2     in service  -        not reached: a group before it answers
addresses
  FAMILY  GROUP  FROM        DRAWN FROM
  A       g1     in service  198.51.1.1 198.51.1.2
  AAAA    g1     in service  2001:db8:1::1
snapshot   1, 1.5 s old; generation 0 of Redis
)");
}

TEST_CASE("an explanation for programs is one JSON object with a version") {
  const auto json = nlohmann::json::parse(
      ExplanationJson(Of(ThreeGroups(), "203.0.113.0/24")));
  CHECK(json["version"] == 1);
  CHECK(json["name"] == "ftp.example.org");
  CHECK(json["order"].size() == 3);
  CHECK(json["families"][0]["family"] == "A");
  CHECK(json["verdict_code"] == "in_service");
  CHECK(json["order"][0]["admin_state"] == "enabled");
  CHECK(json["order"][0]["kept_share"] == 1.0);
  CHECK(json["order"][0]["passed_over_code"] == "");
  CHECK(json["order"][1]["passed_over_code"] == "not_reached");
  CHECK(json["families"][0]["service"] == "in_service");
  CHECK(json["snapshot_age_seconds"] == 1.5);
}

TEST_CASE("percentages never round to all or nothing") {
  CHECK(Percent(0) == "0.0%");
  CHECK(Percent(1) == "100.0%");
  CHECK(Percent(0.00001) == "0.1%");
  CHECK(Percent(0.99999) == "99.9%");
  CHECK(Percent(0.375) == "37.5%");
}

TEST_CASE("a cell that is far too long is cut, and the table stays one") {
  Table table({"GROUP", "WHY"});
  table.Add({std::string(100000, 'x'), "y"});
  table.Add({"a", "b"});
  const std::string text = table.Text();
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(text.size() < 2000);
  CHECK(text.find("x…  y\n") != std::string::npos);
}

TEST_CASE("JSON of reports steers no terminal") {
  const std::string text =
      JsonText({{"reason", "\x1b[31m\x7f\xc2\x9b\xe2\x80\xae ü \xff"}});
  CHECK(text ==
        "{\n  \"reason\": \"\\u001b[31m\\u007f\\u009b\\u202e ü \xef\xbf\xbd\"\n"
        "}\n");
  CHECK(JsonLine({{"a", "\n"}}) == "{\"a\":\"\\n\"}\n");
}

TEST_CASE("tables align, show empty cells and no control characters") {
  Table table({"NAME", "N"}, {1});
  table.Add({"a\tb", "1"});
  table.Add({"", "100"});
  CHECK(table.Text(2) == "  NAME    N\n  a?b     1\n  -     100\n");
}

}  // namespace
}  // namespace groupring::backend
