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

TEST_CASE("the list of groups, for people") {
  CHECK(GroupListText(ReportGroups(*Sample(), kNow)) ==
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
      nlohmann::json::parse(GroupListJson(ReportGroups(*Sample(), kNow)));
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
}

}  // namespace
}  // namespace groupring::backend
