#include "redis/model/withheld.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "redis/model/availability.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

AddressRange Range(const std::string& text) {
  return ParsePrefix(Family::kA, text).value();
}

WithheldAddress Until(const std::string& text, int64_t unix_seconds) {
  WithheldAddress address;
  address.range = Range(text);
  address.until = unix_seconds;
  return address;
}

GroupData Group(const std::vector<std::string>& members,
                std::vector<WithheldAddress> withheld) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : members) ranges.push_back(Range(text));
  GroupData group;
  group.addresses[0] =
      std::make_shared<AddressSet>("g1:A", Family::kA, std::move(ranges));
  group.addresses[1] = std::make_shared<AddressSet>(
      "g1:AAAA", Family::kAaaa, std::vector<AddressRange>());
  group.last_good[0] = group.addresses[0];
  if (!withheld.empty()) {
    group.withheld[0] =
        std::make_shared<const WithheldAddresses>(std::move(withheld));
  }
  return group;
}

TEST_CASE("a group without its withheld addresses, until they end") {
  const GroupData group =
      Group({"192.0.2.1", "192.0.2.2"},
            {Until("192.0.2.1", 100), Until("192.0.2.2", 200)});
  const SkipList nothing;
  const auto data = [&](int64_t unix_seconds) {
    return AddressesOf(group, 0, nothing, unix_seconds * 1000).data;
  };
  CHECK(data(99) == AddressData::kWithheld);
  CHECK(data(100) == AddressData::kPresent);
  CHECK(AvailabilityOf(group, 0, nothing, 99'000).service() ==
        Service::kLastResort);
  CHECK(AnsweredShare(group, 99'000) == 0);
  CHECK(AnsweredShare(group, 100'000) == kWholeShare);

  const Addresses at_100 = AddressesOf(group, 0, nothing, 100'000);
  const Exclusions excluded(nothing, at_100.withheld, 100'000);
  CHECK(excluded.LeavesHost(Range("192.0.2.1")));
  CHECK_FALSE(excluded.LeavesHost(Range("192.0.2.2")));
}

TEST_CASE(
    "withheld addresses of last known good ones are not answered either") {
  GroupData group = Group({}, {Until("192.0.2.1", 0)});
  group.last_good[0] = Group({"192.0.2.1", "192.0.2.2"}, {}).addresses[0];
  const SkipList nothing;
  const Addresses addresses = AddressesOf(group, 0, nothing, 0);
  CHECK(addresses.data == AddressData::kLastKnownGood);
  REQUIRE(addresses.withheld != nullptr);
  CHECK_FALSE(Exclusions(nothing, addresses.withheld, 0)
                  .LeavesHost(Range("192.0.2.1")));
}

TEST_CASE("an address that a name skips is not answered as a withheld one") {
  const GroupData group = Group({"192.0.2.1"}, {Until("192.0.2.1", 0)});
  CHECK(AddressesOf(group, 0, SkipList({Range("192.0.2.1")}), 0).data ==
        AddressData::kNothing);
}

TEST_CASE("a host of a range is outside of both lists") {
  const SkipList skip({Range("192.0.2.0/30")});
  const WithheldAddresses withheld(
      {Until("192.0.2.4", 0), Until("192.0.2.5", 0), Until("192.0.2.6", 10)});
  Mt19937Random random(5);
  const auto picks = [&](int64_t unix_millis) {
    const Exclusions both(skip, &withheld.list(), unix_millis);
    std::set<int> last_numbers;
    for (int i = 0; i < 100; ++i) {
      const auto host = both.PickHost(Range("192.0.2.0/29"), &random);
      if (host) last_numbers.insert((*host)[15]);
    }
    CHECK(both.LeavesHost(Range("192.0.2.0/29")) == !last_numbers.empty());
    return last_numbers;
  };
  CHECK(picks(9'999).empty());
  CHECK(picks(10'000) == std::set<int>{6});
}

TEST_CASE("the entry that covers an address is the one in force") {
  const WithheldAddresses withheld(
      {Until("192.0.2.1", 10), Until("192.0.2.0/24", 20)});
  CHECK(withheld.Covering(Range("192.0.2.1"), 9'999)->range.text ==
        "192.0.2.1");
  CHECK(withheld.Covering(Range("192.0.2.1"), 10'000)->range.text ==
        "192.0.2.0/24");
  CHECK(withheld.Covering(Range("192.0.2.1"), 20'000) == nullptr);
  CHECK(withheld.Covering(Range("192.0.3.1"), 0) == nullptr);
}

TEST_CASE("an entry is found by its whole text") {
  const WithheldAddresses withheld(
      {Until("192.0.2.1", 10), Until("192.0.2.0/24", 20)});
  REQUIRE(withheld.Find("192.0.2.1") != nullptr);
  CHECK(withheld.Find("192.0.2.1")->until == 10);
  CHECK(withheld.Find("192.0.2.0/24")->until == 20);
  for (const char* other : {"192.0.2.0", "192.0.2.00", "192.0.2.2", "", "x"}) {
    CAPTURE(other);
    CHECK(withheld.Find(other) == nullptr);
  }
}

}  // namespace
}  // namespace groupring::redis
