#include "redis/model/availability.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

GroupState State(AdminState state, int64_t start = 0, int64_t duration = 0,
                 int64_t until = 0) {
  GroupState result;
  result.state = state;
  result.start = start;
  result.duration = duration;
  result.until = until;
  return result;
}

uint64_t KeptShare(const GroupState& state, int64_t unix_millis) {
  return IntentOf(state, unix_millis).kept_share;
}

TEST_CASE("an enabled group keeps all of its slots and a disabled one none") {
  CHECK(KeptShare(State(AdminState::kEnabled), 5000) == kWholeShare);
  CHECK(KeptShare(State(AdminState::kDisabled), 5000) == 0);
}

TEST_CASE("a draining group's share falls linearly and a filling one's rises") {
  const GroupState drain = State(AdminState::kDraining, 1000, 100);
  const GroupState fill = State(AdminState::kFilling, 1000, 100);
  CHECK(KeptShare(drain, 999'999) == kWholeShare);
  CHECK(KeptShare(drain, 1'000'000) == kWholeShare);
  CHECK(KeptShare(drain, 1'025'000) == kWholeShare / 4 * 3);
  CHECK(KeptShare(drain, 1'050'000) == kWholeShare / 2);
  CHECK(KeptShare(drain, 1'100'000) == 0);
  CHECK(KeptShare(drain, 9'000'000) == 0);
  CHECK(KeptShare(fill, 999'999) == 0);
  CHECK(KeptShare(fill, 1'025'000) == kWholeShare / 4);
  CHECK(KeptShare(fill, 1'100'000) == kWholeShare);

  uint64_t before = kWholeShare;
  for (int64_t now = 999'000; now < 1'101'000; now += 7) {
    const uint64_t share = KeptShare(drain, now);
    REQUIRE(share <= before);
    REQUIRE(share + KeptShare(fill, now) == kWholeShare);
    before = share;
  }
}

TEST_CASE("without a duration the change is at once, at its start") {
  const GroupState drain = State(AdminState::kDraining, 1000, 0);
  CHECK(KeptShare(drain, 999'999) == kWholeShare);
  CHECK(KeptShare(drain, 1'000'000) == 0);
  CHECK(KeptShare(State(AdminState::kFilling), 1) == kWholeShare);
}

TEST_CASE("past its until a group is enabled and whole again") {
  for (AdminState admin : {AdminState::kDisabled, AdminState::kDraining}) {
    const GroupState state = State(admin, 100, 10, 2000);
    CHECK(IntentOf(state, 1'999'999) == Intent{admin, 0});
    CHECK(IntentOf(state, 2'000'000) == Intent{});
  }
}

TEST_CASE("a drain leaves from its start, a fill is whole from its end") {
  const GroupState drain = State(AdminState::kDraining, 1000, 100);
  CHECK(IntentOf(drain, 0).IsLeaving());
  CHECK_FALSE(IntentOf(drain, 0).IsWhole());
  const GroupState fill = State(AdminState::kFilling, 1000, 100);
  CHECK_FALSE(IntentOf(fill, 1'099'999).IsLeaving());
  CHECK_FALSE(IntentOf(fill, 1'099'999).IsWhole());
  CHECK(IntentOf(fill, 1'100'000).IsWhole());
  CHECK(IntentOf(State(AdminState::kDisabled), 0).IsLeaving());
  CHECK(IntentOf(State(AdminState::kEnabled), 0).IsWhole());
}

TEST_CASE("extreme times do not overflow") {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  CHECK(KeptShare(State(AdminState::kDraining, kMax, kMax), kMax) ==
        kWholeShare);
  CHECK(KeptShare(State(AdminState::kDraining, kMin, 1), kMax) == 0);
  CHECK(KeptShare(State(AdminState::kFilling, kMin, kMax), kMax) ==
        kWholeShare);
  CHECK(KeptShare(State(AdminState::kDisabled, 0, 0, kMax), kMax) == 0);
}

std::shared_ptr<const AddressSet> Set(const std::vector<std::string>& texts) {
  std::vector<AddressRange> members;
  for (const std::string& text : texts) {
    members.push_back(ParseMember(Family::kA, text).value());
  }
  return std::make_shared<AddressSet>("g1:A", Family::kA, std::move(members));
}

SkipList Skips(const std::string& prefix) {
  return SkipList({ParsePrefix(Family::kA, prefix).value()});
}

GroupData Group(std::shared_ptr<const AddressSet> current,
                std::shared_ptr<const AddressSet> last_good, AdminState admin) {
  GroupData group;
  group.name = "g1";
  group.addresses = {std::move(current), Set({})};
  group.last_good = {std::move(last_good), nullptr};
  group.state = State(admin);
  return group;
}

TEST_CASE("what a group is good for: the kept share and the addresses") {
  const auto some = Set({"198.51.100.1"});
  const auto none = Set({});
  const auto service = [](const GroupData& group) {
    return AvailabilityOf(group, 0, SkipList(), 0).service();
  };
  for (const AdminState kept : {AdminState::kEnabled, AdminState::kFilling}) {
    CHECK(service(Group(some, some, kept)) == Service::kInService);
    CHECK(service(Group(none, some, kept)) == Service::kFailOpen);
    CHECK(service(Group(none, nullptr, kept)) == Service::kNone);
  }
  for (const AdminState out : {AdminState::kDisabled, AdminState::kDraining}) {
    CHECK(service(Group(some, some, out)) == Service::kLastResort);
    CHECK(service(Group(none, some, out)) == Service::kLastResort);
    CHECK(service(Group(none, nullptr, out)) == Service::kNone);
  }
}

TEST_CASE("addresses that are all skipped are none, last known good as well") {
  const auto current = Set({"198.51.100.1", "198.51.100.2"});
  const auto before = Set({"198.51.100.2", "203.0.113.0/24"});
  const GroupData group = Group(current, before, AdminState::kEnabled);
  const auto at = [&](const SkipList& skip) {
    return AddressesOf(group, 0, skip, 0);
  };
  CHECK(at(SkipList()).set == current.get());
  CHECK(at(Skips("198.51.100.1")).data == AddressData::kPresent);
  CHECK(at(Skips("198.51.100.0/24")).data == AddressData::kLastKnownGood);
  CHECK(at(Skips("198.51.100.0/24")).set == before.get());
  CHECK(at(Skips("0.0.0.0/0")).data == AddressData::kNothing);
  CHECK(at(Skips("0.0.0.0/0")).set == nullptr);
}

TEST_CASE("without any address a group answers no share, whatever it keeps") {
  const auto some = Set({"198.51.100.1"});
  CHECK(AnsweredShare(Group(some, some, AdminState::kEnabled), 0) ==
        kWholeShare);
  CHECK(AnsweredShare(Group(some, some, AdminState::kDisabled), 0) == 0);
  CHECK(AnsweredShare(Group(Set({}), some, AdminState::kEnabled), 0) == 0);
}

}  // namespace
}  // namespace groupring::redis
