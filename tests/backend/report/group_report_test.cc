#include "backend/report/group_report.h"

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
  data.Set("ftp.test", DatasetText::OnGroups({"g1", "g2", "g3"}));
  auto heavy = DatasetText::OnGroups({"g1", "g2"});
  heavy.groups[0].weight = 300;
  data.Set("bulk.test", heavy);
  redis::GroupState state = Disabled();
  state.by = "ana@ns1";
  state.reason = "kernel";
  data.SetGroup("g1", {"192.0.2.1", "192.0.2.2"}, {"2001:db8::1"});
  data.SetGroup("g2", {"192.0.2.3"}, {"2001:db8::3"}, state);
  data.SetGroup("g3", {"192.0.2.4"}, {"2001:db8::4"});
  data.SetGroup("g3", {"192.0.2.4"}, {});
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

GroupPage PageOf(const Snapshot& snapshot, const ListPart& part = {}) {
  return ReportGroupPage(GroupDirectory(snapshot, kNow), part);
}

std::string JsonPage(const Snapshot& snapshot, const ListPart& part,
                     size_t most_of_each, size_t max_bytes) {
  GroupDirectory directory(snapshot, kNow);
  return GroupListJson(ReportGroupPage(directory, part), &directory,
                       most_of_each, max_bytes);
}

TEST_CASE("the list of groups, for people") {
  CHECK(GroupListText(PageOf(*Sample())) ==
        "GROUP  STATE       A  AAAA           NAMES  WHY\n"
        "g1     in service  2  1                  2  -\n"
        "g2     DISABLED    1  1                  2  by ana@ns1, \"kernel\"\n"
        "g3     in service  1  empty (had 1)      1  -\n");
}

TEST_CASE("one group, for people, with the clients it has now") {
  const auto group = ReportGroup(*Sample(), "g1", kNow, 64);
  REQUIRE(group.has_value());
  CHECK(GroupText(*group) ==
        "g1: in service\n"
        "A     192.0.2.1 192.0.2.2\n"
        "AAAA  2001:db8::1\n"
        "NAME       WEIGHT  CLIENTS\n"
        "bulk.test     300   100.0%\n"
        "ftp.test      100    50.0%\n");
  CHECK_FALSE(ReportGroup(*Sample(), "G1", kNow, 64).has_value());
}

TEST_CASE("groups for programs") {
  const auto list =
      nlohmann::json::parse(JsonPage(*Sample(), {}, SIZE_MAX, SIZE_MAX));
  CHECK(list["version"] == 1);
  REQUIRE(list["groups"].size() == 3);
  CHECK(list["groups"][1]["state"] == "DISABLED");
  CHECK(list["groups"][1]["by"] == "ana@ns1");
  CHECK(list["groups"][1]["retained"] == 0.0);
  CHECK(list["groups"][1]["admin_state"] == "disabled");
  CHECK(list["groups"][1]["kept_share"] == 0.0);
  CHECK(list["groups"][0]["admin_state"] == "enabled");
  CHECK(list["groups"][0]["kept_share"] == 1.0);
  CHECK(list["groups"][2]["last_good_aaaa"].size() == 1);
  const auto one =
      nlohmann::json::parse(GroupJson(*ReportGroup(*Sample(), "g2", kNow, 64)));
  CHECK(one["version"] == 1);
  CHECK(one["names"][0]["name"] == "bulk.test");
  CHECK(one["names"][0]["share"] == 0.0);
  CHECK(list["groups"][1]["names"].size() == 2);
  CHECK_FALSE(list["groups"][1].contains("names_total"));
  CHECK_FALSE(list.contains("next"));
}

TEST_CASE("groups are listed in pages") {
  const auto snapshot = Sample();
  const GroupPage first = PageOf(*snapshot, {"", 2});
  CHECK(first.groups.size() == 2);
  CHECK(first.total == 3);
  CHECK(first.next == "g2");
  CHECK(GroupListText(first).ends_with(
      "2 of 3 groups; for the next: group list --after g2\n"));
  const GroupPage rest = PageOf(*snapshot, {"g2", 2});
  REQUIRE(rest.groups.size() == 1);
  CHECK(rest.groups[0].group == "g3");
  CHECK(rest.next.empty());
  CHECK(PageOf(*snapshot, {"g3", 2}).groups.empty());
}

TEST_CASE("a page of groups ends where it would be too long") {
  const auto snapshot = Sample();
  const std::string whole = JsonPage(*snapshot, {}, SIZE_MAX, SIZE_MAX);
  const auto cut = nlohmann::json::parse(
      JsonPage(*snapshot, {}, SIZE_MAX, whole.size() - 100));
  CHECK(cut["groups"].size() == 2);
  CHECK(cut["next"] == "g2");
  CHECK(cut["total"] == 3);
  const auto one = nlohmann::json::parse(JsonPage(*snapshot, {}, SIZE_MAX, 1));
  CHECK(one["groups"].size() == 1);
  CHECK(one["next"] == "g1");
}

TEST_CASE("long lists of a group are cut and counted") {
  const auto snapshot = Sample();
  const auto list = nlohmann::json::parse(JsonPage(*snapshot, {}, 1, SIZE_MAX));
  const auto& group = list["groups"][0];
  CHECK(group["a"] == nlohmann::json::array({"192.0.2.1"}));
  CHECK(group["a_total"] == 2);
  CHECK_FALSE(group.contains("aaaa_total"));
  CHECK(group["names"].size() == 1);
  CHECK(group["names_total"] == 2);
  CHECK_FALSE(group.contains("next"));
}

TEST_CASE("the names of a group are shown in pages") {
  const auto snapshot = Sample();
  const auto first = ReportGroup(*snapshot, "g1", kNow, 64, {"", 1});
  REQUIRE(first.has_value());
  REQUIRE(first->names.size() == 1);
  CHECK(first->names[0].name == "bulk.test");
  CHECK(first->next == "bulk.test");
  CHECK(GroupText(*first).ends_with(
      "1 of 2 names; for the next: group show g1 --after bulk.test\n"));
  const auto rest = ReportGroup(*snapshot, "g1", kNow, 64, {"bulk.test", 1});
  REQUIRE(rest.has_value());
  REQUIRE(rest->names.size() == 1);
  CHECK(rest->names[0].name == "ftp.test");
  CHECK(rest->next.empty());
}

}  // namespace
}  // namespace groupring::backend
