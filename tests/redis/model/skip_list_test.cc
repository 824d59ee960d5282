#include "redis/model/skip_list.h"

#include <map>
#include <set>
#include <string>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

AddressRange Range(Family family, const std::string& text) {
  const std::optional<AddressRange> range = ParsePrefix(family, text);
  INFO(text);
  REQUIRE(range);
  return *range;
}

SkipList Skip(Family family, const std::vector<std::string>& texts) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) ranges.push_back(Range(family, text));
  return SkipList(ranges);
}

std::string Text(Family family, const AddressBytes& address) {
  std::array<char, kAddressTextSize> buffer;
  return std::string(FormatAddress(family, address, &buffer));
}

std::set<std::string> Picks(const SkipList& skip, Family family,
                            const std::string& range, int count) {
  Mt19937Random random(1);
  std::set<std::string> picks;
  for (int i = 0; i < count; ++i) {
    const auto host = skip.PickHost(Range(family, range), &random);
    REQUIRE(host);
    picks.insert(Text(family, *host));
  }
  return picks;
}

TEST_CASE("a skip list covers its addresses and prefixes and no others") {
  const SkipList skip = Skip(
      Family::kA,
      {"10.0.0.5", "10.0.1.0/24", "10.0.2.0/24", "10.9.0.0/16", "10.9.3.0/24"});
  const auto covers = [&](const char* text) {
    return skip.Covers(Range(Family::kA, text).first);
  };
  CHECK(covers("10.0.0.5"));
  CHECK_FALSE(covers("10.0.0.4"));
  CHECK_FALSE(covers("10.0.0.6"));
  CHECK_FALSE(covers("10.0.0.255"));
  CHECK(covers("10.0.1.0"));
  CHECK(covers("10.0.1.255"));
  CHECK(covers("10.0.2.255"));
  CHECK_FALSE(covers("10.0.3.0"));
  // Inside the wider prefix, after the narrower one.
  CHECK(covers("10.9.200.1"));
  CHECK_FALSE(SkipList().Covers(Range(Family::kA, "10.0.0.5").first));
}

TEST_CASE("what is skipped until a time is skipped until then") {
  const SkipList skip({{Range(Family::kA, "10.0.0.0/30"), SkipList::kForEver},
                       {Range(Family::kA, "10.0.0.0/29"), 5000},
                       {Range(Family::kA, "10.0.0.6"), 9000}});
  const auto covered = [&](int64_t unix_millis) {
    std::string last_numbers;
    for (int i = 0; i < 10; ++i) {
      const std::string text = "10.0.0." + std::to_string(i);
      if (skip.Covers(Range(Family::kA, text).first, unix_millis)) {
        last_numbers += std::to_string(i);
      }
    }
    return last_numbers;
  };
  CHECK(covered(4999) == "01234567");
  CHECK(covered(5000) == "01236");
  CHECK(covered(9000) == "0123");
  const AddressRange range = Range(Family::kA, "10.0.0.4/30");
  CHECK_FALSE(skip.LeavesHost(range, 4999));
  Mt19937Random random(1);
  for (int i = 0; i < 50; ++i) {
    const auto host = skip.PickHost(range, &random, 5000);
    REQUIRE(host);
    REQUIRE(Text(Family::kA, *host) == "10.0.0.5");
  }
  CHECK_FALSE(skip.PickHost(range, &random, 4999));
}

TEST_CASE("of ranges that overlap, the one that ends last counts everywhere") {
  // Against a list made number by number, for many random ranges and times.
  Mt19937Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<AddressRange, int64_t>> ranges;
    std::map<int, int64_t> until;
    for (int i = 0; i < 6; ++i) {
      const int length = 28 + static_cast<int>(random.Below(5));
      const int size = 1 << (32 - length);
      const int first = static_cast<int>(random.Below(64)) / size * size;
      const auto end = static_cast<int64_t>(1 + random.Below(4));
      ranges.emplace_back(Range(Family::kA, "10.0.0." + std::to_string(first) +
                                                "/" + std::to_string(length)),
                          end);
      for (int at = first; at < first + size; ++at) {
        until[at] = std::max(until[at], end);
      }
    }
    const SkipList skip(ranges);
    for (int at = 0; at < 70; ++at) {
      const AddressRange host =
          Range(Family::kA, "10.0.0." + std::to_string(at));
      for (int64_t time = 0; time < 5; ++time) {
        REQUIRE(skip.Covers(host.first, time) == (time < until[at]));
        REQUIRE(skip.LeavesHost(host, time) == (time >= until[at]));
      }
    }
  }
}

TEST_CASE("a pick from a range never is the network or broadcast address") {
  CHECK(Picks(SkipList(), Family::kA, "192.0.2.0/30", 200) ==
        std::set<std::string>{"192.0.2.1", "192.0.2.2"});
  CHECK(Picks(SkipList(), Family::kA, "192.0.2.0/31", 200) ==
        std::set<std::string>{"192.0.2.0", "192.0.2.1"});
  CHECK(Picks(SkipList(), Family::kA, "192.0.2.9", 20) ==
        std::set<std::string>{"192.0.2.9"});
  CHECK(Picks(SkipList(), Family::kAaaa, "2001:db8::/126", 200) ==
        std::set<std::string>{"2001:db8::1", "2001:db8::2", "2001:db8::3"});
  CHECK(Picks(SkipList(), Family::kAaaa, "2001:db8::/127", 200) ==
        std::set<std::string>{"2001:db8::", "2001:db8::1"});
}

TEST_CASE("a pick is uniform over the hosts that are not skipped") {
  const SkipList skip = Skip(
      Family::kA, {"192.0.2.0/29", "192.0.2.10", "192.0.2.12", "192.0.2.15"});
  Mt19937Random random(7);
  std::map<std::string, int> counts;
  for (int i = 0; i < 10000; ++i) {
    const auto host = skip.PickHost(Range(Family::kA, "192.0.2.0/28"), &random);
    REQUIRE(host);
    ++counts[Text(Family::kA, *host)];
  }
  REQUIRE(counts.size() == 5);
  for (const char* host :
       {"192.0.2.8", "192.0.2.9", "192.0.2.11", "192.0.2.13", "192.0.2.14"}) {
    INFO(host);
    CHECK(counts[host] > 1800);
    CHECK(counts[host] < 2200);
  }
}

TEST_CASE("a range that is wholly skipped leaves no host") {
  Mt19937Random random(1);
  const AddressRange range = Range(Family::kA, "192.0.2.0/30");
  for (const std::vector<std::string>& texts :
       {std::vector<std::string>{"192.0.2.0/24"},
        std::vector<std::string>{"192.0.2.0/30"},
        std::vector<std::string>{"192.0.2.1", "192.0.2.2"},
        std::vector<std::string>{"0.0.0.0/0"}}) {
    const SkipList skip = Skip(Family::kA, texts);
    CHECK_FALSE(skip.LeavesHost(range));
    CHECK_FALSE(skip.PickHost(range, &random));
  }
  const SkipList one = Skip(Family::kA, {"192.0.2.1"});
  CHECK(one.LeavesHost(range));
  CHECK_FALSE(one.LeavesHost(Range(Family::kA, "192.0.2.1")));
  CHECK_FALSE(one.PickHost(Range(Family::kA, "192.0.2.1"), &random));
}

TEST_CASE("picks from an IPv6 prefix use all of its host bits") {
  Mt19937Random random(3);
  const AddressRange range = Range(Family::kAaaa, "2001:db8:1::/48");
  std::array<int, 80> ones{};
  for (int i = 0; i < 2000; ++i) {
    const auto host = SkipList().PickHost(range, &random);
    REQUIRE(host);
    for (size_t byte = 0; byte < 6; ++byte) {
      REQUIRE((*host)[byte] == range.first[byte]);
    }
    for (size_t bit = 0; bit < 80; ++bit) {
      ones[bit] += ((*host)[6 + bit / 8] >> (7 - bit % 8)) & 1;
    }
  }
  for (int count : ones) {
    CHECK(count > 800);
    CHECK(count < 1200);
  }
}

TEST_CASE("skipping half of a large IPv6 prefix leaves the other half") {
  const SkipList skip = Skip(Family::kAaaa, {"2001:db8:1::/49"});
  Mt19937Random random(3);
  for (int i = 0; i < 200; ++i) {
    const auto host =
        skip.PickHost(Range(Family::kAaaa, "2001:db8:1::/48"), &random);
    REQUIRE(host);
    CHECK(((*host)[6] & 0x80) != 0);
    CHECK_FALSE(skip.Covers(*host));
  }
  // The ends of the number space.
  CHECK_FALSE(
      Skip(Family::kAaaa, {"::/0"}).LeavesHost(Range(Family::kAaaa, "::/0")));
  CHECK(SkipList().LeavesHost(Range(Family::kAaaa, "::/0")));
  CHECK(SkipList().PickHost(Range(Family::kAaaa, "::/0"), &random));
}

TEST_CASE("the union of two lists skips what either skips") {
  const SkipList a = Skip(Family::kA, {"10.0.0.0/25", "10.0.2.7"});
  const SkipList b = Skip(Family::kA, {"10.0.0.128/25", "10.0.3.0/24"});
  const SkipList both = SkipList::Union(a, b);
  CHECK(both == Skip(Family::kA, {"10.0.0.0/24", "10.0.2.7", "10.0.3.0/24"}));
  CHECK(both == SkipList::Union(b, a));
  CHECK_FALSE(both == a);
  CHECK(SkipList::Union(a, SkipList()) == a);
  CHECK_FALSE(both.LeavesHost(Range(Family::kA, "10.0.0.0/24")));
}

TEST_CASE("a source of randomness that repeats itself does not hang a pick") {
  class Constant : public Random {
   public:
    uint64_t Next() override { return ~uint64_t{0}; }
  } random;
  const AddressRange range = Range(Family::kAaaa, "2001:db8:1::/48");
  const SkipList skip = Skip(Family::kAaaa, {"2001:db8:1::/64"});
  const auto host = skip.PickHost(range, &random);
  REQUIRE(host);
  CHECK_FALSE(skip.Covers(*host));
}

TEST_CASE("a skip list is written with the fewest prefixes") {
  using Texts = std::vector<std::string>;
  CHECK(Skip(Family::kA, {"192.0.2.0/24", "192.0.3.0/24", "198.51.100.7"})
            .Prefixes(Family::kA) == Texts{"192.0.2.0/23", "198.51.100.7/32"});
  CHECK(Skip(Family::kA, {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
            .Prefixes(Family::kA) == Texts{"192.0.2.1/32", "192.0.2.2/31"});
  CHECK(Skip(Family::kA, {"0.0.0.0/0"}).Prefixes(Family::kA) ==
        Texts{"0.0.0.0/0"});
  CHECK(Skip(Family::kAaaa, {"2001:db8::/33", "2001:db8:8000::/33"})
            .Prefixes(Family::kAaaa) == Texts{"2001:db8::/32"});
}

}  // namespace
}  // namespace groupring::redis
