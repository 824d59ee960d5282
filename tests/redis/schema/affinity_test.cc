#include "redis/schema/affinity.h"

#include <array>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

// "prefix label" of each.
Strings TextsOf(const std::shared_ptr<const AffinityEntries>& entries) {
  Strings texts;
  if (entries == nullptr) return texts;
  for (const AffinityEntry& entry : *entries) {
    texts.push_back(entry.text + " " + AffinityValue(entry.label));
  }
  return texts;
}

TEST_CASE("networks are ordered so that each comes before those within it") {
  Complaints complaints;
  const auto entries = ParseAffinity(
      Holding({"2001:db8:17::/48", "customer-17", "203.0.113.128/25", "b/4",
               "203.0.113.0/24", " a ", "0.0.0.0/0", "rest", "192.0.2.7", "one",
               "::/0", "rest6"}),
      nullptr, &complaints);
  CHECK(Lines(complaints) == Strings{});
  CHECK(TextsOf(entries) == Strings{"0.0.0.0/0 rest", "192.0.2.7 one",
                                    "203.0.113.0/24 a", "203.0.113.128/25 b/4",
                                    "::/0 rest6",
                                    "2001:db8:17::/48 customer-17"});
  const AffinityList list(entries->begin(), entries->end());
  CHECK(list[1].prefix_length == 32);
  CHECK(list[3].label.parts == 4);
}

TEST_CASE("an IPv4 network that is written as IPv6 is one of IPv4") {
  const auto entry = ParseAffinityPrefix("::ffff:192.0.2.0/120");
  REQUIRE(entry.ok());
  CHECK(entry->family == Family::kA);
  CHECK(entry->prefix_length == 24);
  CHECK(entry->first == ParsePrefix(Family::kA, "192.0.2.0/24")->first);
  // A shorter one does not say so.
  const auto wider = ParseAffinityPrefix("::/64");
  REQUIRE(wider.ok());
  CHECK(wider->family == Family::kAaaa);
}

TEST_CASE("what is no network or no label is left out, with what to write") {
  Complaints complaints;
  const auto entries =
      ParseAffinity(Holding({"192.0.2.5/24", "a",
                             "example.org",  "a",
                             "10.0.0.0/33",  "a",
                             "10.1.0.0/16",  "",
                             "10.2.0.0/16",  "two words",
                             "10.3.0.0/16",  "a/0",
                             "10.4.0.0/16",  "a/257",
                             "10.5.0.0/16",  "a/b",
                             "10.6.0.0/16",  std::string(64, 'x'),
                             "10.7.0.0/16",  "good"}),
                    nullptr, &complaints);
  CHECK(TextsOf(entries) == Strings{"10.7.0.0/16 good"});
  const Strings lines = Lines(complaints);
  REQUIRE(lines.size() == 9);
  CHECK(lines[0] ==
        "groupring:affinity: field \"192.0.2.5/24\" has bits set after the "
        "prefix; if the whole network is meant, write 192.0.2.0/24; it is left "
        "out");
  CHECK(lines[1] ==
        "groupring:affinity: field \"example.org\" is no network; expected one "
        "like 203.0.113.0/24 or 2001:db8:17::/48; it is left out");
  CHECK(lines[3] ==
        "groupring:affinity: field \"10.1.0.0/16\": \"\" is no label; expected "
        "1 to 63 printable ASCII characters without spaces, like customer-17, "
        "and /N after them to spread it over N keys; it is left out");
  CHECK(lines[5] ==
        "groupring:affinity: field \"10.3.0.0/16\": \"a/0\": expected a number "
        "of keys from 1 to 256 after the /, like a/4; it is left out");
}

TEST_CASE("a label that makes no sense leaves the previous one in force") {
  Complaints complaints;
  const auto before = ParseAffinity(
      Holding({"10.0.0.0/8", "a/2", "10.1.0.0/16", "b"}), nullptr, &complaints);
  const auto after =
      ParseAffinity(Holding({"10.0.0.0/8", "two words", "10.1.0.0/16", "c"}),
                    before, &complaints);
  CHECK(TextsOf(after) == Strings{"10.0.0.0/8 a/2", "10.1.0.0/16 c"});
  REQUIRE(complaints.size() == 1);
  CHECK(
      complaints[0].text.ends_with("its previous label, a/2, stays in force"));
}

TEST_CASE("one network in two spellings is one entry") {
  Complaints complaints;
  const auto entries =
      ParseAffinity(Holding({"2001:db8:0::/48", "b", "2001:DB8::/48", "a",
                             "192.0.2.1/32", "d", "192.0.2.1", "c"}),
                    nullptr, &complaints);
  CHECK(TextsOf(entries) == Strings{"192.0.2.1 c", "2001:DB8::/48 a"});
  CHECK(Lines(complaints) ==
        Strings{"groupring:affinity: field \"192.0.2.1/32\" is the same "
                "network as \"192.0.2.1\", and is left out: HDEL one of them",
                "groupring:affinity: field \"2001:db8:0::/48\" is the same "
                "network as \"2001:DB8::/48\", and is left out: HDEL one of "
                "them"});
}

TEST_CASE("what could not be read leaves everything in force") {
  Complaints complaints;
  const auto before =
      ParseAffinity(Holding({"10.0.0.0/8", "a"}), nullptr, &complaints);
  CHECK(ParseAffinity(OfWrongType(), before, &complaints) == before);
  CHECK(ParseAffinity(Denied(), before, &complaints) == before);
  CHECK(complaints.size() == 2);
  // Nor is anything new where nothing has changed.
  CHECK(ParseAffinity(Holding({"10.0.0.0/8", "a"}), before, &complaints) ==
        before);
  CHECK(ParseAffinity(RawValue(), before, &complaints) == nullptr);
}

TEST_CASE("fields that differ little change entries as reading all does") {
  std::mt19937 random(11);
  std::map<std::string, std::string> fields;
  std::shared_ptr<const AffinityEntries> entries;
  size_t shared = 0;
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < (round == 0 ? 200 : 3); ++i) {
      // Later three spellings of each network, and some that are none.
      const std::string number = std::to_string(random() % 150);
      const std::string field = std::array<std::string, 4>{
          "10.0.0." + number, "10.0.0." + number + "/32",
          "::ffff:10.0.0." + number,
          "10.0.0." + number + "/24"}[round > 150 ? random() % 4 : 0];
      if (random() % 2 == 0) {
        fields.erase(field);
      } else {
        fields[field] = "l" + std::to_string(random() % 5);
      }
    }
    RawValue raw = Holding({});
    for (const auto& [field, value] : fields) {
      raw.items.push_back(field);
      raw.items.push_back(value);
    }
    Complaints complaints;
    const auto after = ParseAffinity(raw, entries, &complaints);
    Complaints of_all;
    const auto all = ParseAffinity(raw, nullptr, &of_all);
    REQUIRE(TextsOf(after) == TextsOf(all));
    REQUIRE(Lines(complaints) == Lines(of_all));
    if (entries != nullptr && after != nullptr && after != entries &&
        after->shared() == entries->shared()) {
      ++shared;
    }
    entries = after;
  }
  CHECK(shared > 0);
}

TEST_CASE("fields that differ little leave the list as it is") {
  Complaints complaints;
  RawValue raw = Holding({});
  for (int i = 0; i < 200; ++i) {
    raw.items.push_back("10.0." + std::to_string(i) + ".0/24");
    raw.items.push_back("a");
  }
  const auto before = ParseAffinity(raw, nullptr, &complaints);
  raw.items[1] = "b";
  raw.items[2] = "192.0.2.0/24";
  const auto after = ParseAffinity(raw, before, &complaints);
  CHECK(after->shared() == before->shared());
  CHECK(after->size() == 200);
  CHECK(after->own().size() == 2);
  CHECK(after->hidden() == std::vector<uint32_t>{0, 1});
}

}  // namespace
}  // namespace groupring::redis
