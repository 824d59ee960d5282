#include "redis/model/address_set.h"

#include <map>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

AddressSet Set(Family family, const std::vector<std::string>& texts) {
  std::vector<AddressRange> members;
  for (const std::string& text : texts) {
    const std::optional<AddressRange> member = ParseMember(family, text);
    INFO(text);
    REQUIRE(member);
    members.push_back(*member);
  }
  return AddressSet("G:A", family, std::move(members));
}

TEST_CASE("members are sorted by text whatever order they came in") {
  const AddressSet set = Set(Family::kA, {"10.0.0.9", "10.0.0.10", "10.0.0.1"});
  REQUIRE(set.members().size() == 3);
  CHECK(set.members()[0].text == "10.0.0.1");
  CHECK(set.members()[1].text == "10.0.0.10");
  CHECK(set.members()[2].text == "10.0.0.9");
  CHECK(set.key() == "G:A");
  CHECK(set.family() == Family::kA);
  CHECK_FALSE(set.empty());
}

TEST_CASE("an empty set has no pool") {
  CHECK(Set(Family::kA, {}).empty());
  CHECK(Set(Family::kA, {}).pool() == nullptr);
  CHECK(Set(Family::kA, {"10.0.0.1"}).pool() != nullptr);
}

TEST_CASE("every text of a set has an index and no other text has") {
  const AddressSet set =
      Set(Family::kAaaa, {"2001:db8::2", "2001:DB8::1", "2001:db8:0::1",
                          "2001:db8::1", "2001:db8:1::/48"});
  CHECK(set.members().size() == 3);
  for (const char* text : {"2001:DB8::1", "2001:db8:0::1", "2001:db8::1"}) {
    const int index = set.IndexOf(text);
    INFO(text);
    REQUIRE(index >= 0);
    CHECK(set.members()[static_cast<size_t>(index)].canonical == "2001:db8::1");
  }
  const int range = set.IndexOf("2001:db8:1::/48");
  REQUIRE(range >= 0);
  CHECK(set.members()[static_cast<size_t>(range)].prefix_length == 48);
  for (const char* text : {"", "2001:db8::3", "2001:db8:1::", "zzz", "!"}) {
    INFO(text);
    CHECK(set.IndexOf(text) == -1);
  }
}

TEST_CASE("draws that Redis made are used up before any made here") {
  const AddressSet set = Set(Family::kA, {"10.0.0.1", "10.0.0.2", "10.0.0.3"});
  Mt19937Random random(1);
  bool wake = false;
  for (uint32_t index : {2u, 2u, 0u}) set.pool()->Put(index);
  CHECK(set.Draw(&random, &wake).text == "10.0.0.3");
  CHECK(set.Draw(&random, &wake).text == "10.0.0.3");
  CHECK(set.Draw(&random, &wake).text == "10.0.0.1");

  std::map<std::string, int> counts;
  for (int i = 0; i < 3000; ++i) ++counts[set.Draw(&random, &wake).text];
  REQUIRE(counts.size() == 3);
  for (const auto& [text, count] : counts) {
    INFO(text);
    CHECK(count > 850);
    CHECK(count < 1150);
  }
}

TEST_CASE("a draw asks for a refill when the pool falls below half") {
  const AddressSet set = Set(Family::kA, {"10.0.0.1"});
  Mt19937Random random(1);
  set.pool()->Put(0);
  set.pool()->ClearWant();
  bool wake = false;
  set.Draw(&random, &wake);
  CHECK(wake);
  CHECK(set.pool()->wants_refill());
}

}  // namespace
}  // namespace groupring::redis
