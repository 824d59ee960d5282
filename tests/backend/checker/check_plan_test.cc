#include "backend/checker/check_plan.h"

#include <string>
#include <utility>
#include <vector>

#include "backend/checker/check_feed.h"
#include "redis/schema/check.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::CheckField;
using redis::Family;

struct GroupSpec {
  std::string name;
  std::vector<std::string> a;
  std::vector<std::string> aaaa;
  std::vector<std::pair<CheckField, std::string>> check;
};

CheckInputs InputsOf(const std::vector<GroupSpec>& specs) {
  CheckInputs inputs;
  auto health = std::make_shared<redis::HealthData>();
  for (const GroupSpec& spec : specs) {
    for (const Family family : {Family::kA, Family::kAaaa}) {
      std::vector<redis::AddressRange> members;
      for (const std::string& text :
           family == Family::kA ? spec.a : spec.aaaa) {
        members.push_back(*redis::ParseMember(family, text));
      }
      inputs.groups[spec.name][static_cast<size_t>(family)] =
          std::make_shared<redis::AddressSet>(spec.name, family,
                                              std::move(members));
    }
    redis::CheckSettings check;
    for (const auto& [field, value] : spec.check) {
      REQUIRE(redis::SetCheckField(field, value, &check).ok());
    }
    auto verdicts = std::make_shared<redis::GroupVerdicts>();
    verdicts->check = std::make_shared<redis::CheckSettings>(check);
    health->groups[spec.name] = std::move(verdicts);
  }
  inputs.health = std::move(health);
  return inputs;
}

// "192.0.2.1 tcp: g1=192.0.2.1 g2=192.0.2.1", one to a line.
std::string Planned(const std::vector<GroupSpec>& specs) {
  const CheckInputs inputs = InputsOf(specs);
  std::string text;
  for (const auto& [key, check] : PlanChecks(inputs.groups, *inputs.health)) {
    text += check.canonical + " " +
            redis::CheckFieldText(CheckField::kProbes, check.check) + ":";
    for (const CheckUse& use : check.uses) {
      text += " " + use.group + "=" + use.address;
    }
    text += "\n";
  }
  return text;
}

TEST_CASE("plan: all single addresses of groups that are checked") {
  CHECK(Planned({}).empty());
  CHECK(Planned(
            {{"g1",
              {"192.0.2.1", "198.51.100.0/24"},
              {"2001:DB8::1", "2001:db8:1::/48"},
              {{CheckField::kProbes, "ftp"}}},
             {"g2", {"192.0.2.9"}, {}, {}},
             {"g3", {"192.0.2.3"}, {}, {{CheckField::kProbes, "tcp:2121"}}}}) ==
        "192.0.2.1 ftp: g1=192.0.2.1\n"
        "192.0.2.3 tcp:2121: g3=192.0.2.3\n"
        "2001:db8::1 ftp: g1=2001:DB8::1\n");
}

TEST_CASE("plan: groups that want the same of an address share it") {
  const std::pair<CheckField, std::string> ftp{CheckField::kProbes, "ftp"};
  CHECK(Planned({{"g1", {"192.0.2.1"}, {}, {ftp}},
                 {"g2",
                  {"192.0.2.1"},
                  {},
                  {ftp,
                   {CheckField::kFall, "7"},
                   {CheckField::kMinUp, "2"},
                   {CheckField::kMode, "observe"}}},
                 {"g3", {"192.0.2.1"}, {}, {ftp, {CheckField::kTimeout, "9"}}},
                 {"g4",
                  {"192.0.2.1"},
                  {},
                  {ftp, {CheckField::kTlsName, "ftp.example.org"}}},
                 {"g5", {"192.0.2.1"}, {}, {ftp, {CheckField::kInterval, "9"}}},
                 {"g6",
                  {"192.0.2.1"},
                  {},
                  {ftp, {CheckField::kPassiveAddresses, "192.0.2.9"}}}}) ==
        "192.0.2.1 ftp: g1=192.0.2.1 g2=192.0.2.1\n"
        "192.0.2.1 ftp: g4=192.0.2.1\n"
        "192.0.2.1 ftp: g6=192.0.2.1\n"
        "192.0.2.1 ftp: g3=192.0.2.1\n"
        "192.0.2.1 ftp: g5=192.0.2.1\n");
}

TEST_CASE("plan: each group keeps its RISE and FALL") {
  const CheckInputs inputs =
      InputsOf({{"g1",
                 {"192.0.2.1"},
                 {},
                 {{CheckField::kProbes, "tcp"}, {CheckField::kInterval, "10"}}},
                {"g2",
                 {"192.0.2.1"},
                 {},
                 {{CheckField::kProbes, "tcp"},
                  {CheckField::kInterval, "10"},
                  {CheckField::kRise, "4"},
                  {CheckField::kFall, "6"}}}});
  const auto plan = PlanChecks(inputs.groups, *inputs.health);
  REQUIRE(plan.size() == 1);
  const PlannedCheck& check = plan.begin()->second;
  REQUIRE(check.uses.size() == 2);
  CHECK(check.uses[0].limits.rise == 2);
  CHECK(check.uses[0].limits.fall == 3);
  CHECK(check.uses[1].limits.rise == 4);
  CHECK(check.uses[1].limits.fall == 6);
  CHECK(check.window() == std::chrono::seconds(63));
  CHECK_FALSE(check.has_heartbeat());
}

TEST_CASE("plan: a group whose check is not known yet is left out") {
  CheckInputs inputs = InputsOf({{"g1", {"192.0.2.1"}, {}, {}}});
  CHECK(PlanChecks(inputs.groups, redis::HealthData()).empty());
}

TEST_CASE("plan: verdicts alone make no difference") {
  const GroupSpec g1{"g1", {"192.0.2.1"}, {}, {{CheckField::kProbes, "tcp"}}};
  const CheckInputs before = InputsOf({g1});
  CheckInputs after = before;
  auto health = std::make_shared<redis::HealthData>(*before.health);
  auto group = std::make_shared<redis::GroupVerdicts>(*health->groups.at("g1"));
  group->by_checker.emplace_back("c1", std::make_shared<redis::Verdicts>());
  group->check = std::make_shared<redis::CheckSettings>(*group->check);
  health->groups["g1"] = group;
  after.health = health;
  CHECK(SameChecks(before, after));

  redis::CheckSettings check = *group->check;
  check.fall = 9;
  group->check = std::make_shared<redis::CheckSettings>(check);
  CHECK_FALSE(SameChecks(before, after));
  CHECK_FALSE(SameChecks(before, InputsOf({})));
  CHECK_FALSE(SameChecks(before, {before.groups, nullptr}));
}

}  // namespace
}  // namespace groupring::backend
