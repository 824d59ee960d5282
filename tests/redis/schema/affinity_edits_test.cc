#include "redis/schema/affinity_edits.h"

#include <string>
#include <vector>

#include "redis/schema/affinity.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

AffinityEntry EntryOf(const std::string& field, const std::string& value) {
  AffinityEntry entry = *ParseAffinityPrefix(field);
  if (!value.empty()) entry.label = *ParseAffinityLabel(value);
  return entry;
}

AffinityEntries InForce() {
  return AffinityEntries(
      {EntryOf("10.0.0.0/8", "a"), EntryOf("192.0.2.1", "b/4")});
}

// "field value" of each.
std::vector<std::string> TextsOf(
    const std::optional<AffinityEntries>& entries) {
  std::vector<std::string> texts;
  if (!entries) return {"nothing"};
  for (const AffinityEntry& entry : *entries) {
    texts.push_back(entry.text + " " + AffinityValue(entry.label));
  }
  return texts;
}

std::vector<std::string> After(const std::string& text) {
  const auto edits = ParseAffinityEdits(text);
  REQUIRE(edits.has_value());
  return TextsOf(Edited(InForce(), *edits));
}

TEST_CASE("what a change writes to the entries is one text, and is read back") {
  const WriteBatch batch = {
      SetWeight{"w.test", "g1", 1},
      SetAffinity{{EntryOf("203.0.113.0/24", "customer=17"),
                   EntryOf("2001:db8:17::/48", "b/4")}},
      RemoveAffinity{{"10.0.0.0/8", "::ffff:192.0.2.0/120"}}};
  const std::string text = AffinityEditsText(batch);
  CHECK(text ==
        "203.0.113.0/24=customer=17 2001:db8:17::/48=b/4 10.0.0.0/8= "
        "::ffff:192.0.2.0/120=");
  const auto edits = ParseAffinityEdits(text);
  REQUIRE(edits.has_value());
  REQUIRE(edits->size() == 4);
  CHECK((*edits)[0] ==
        AffinityEdit{EntryOf("203.0.113.0/24", "customer=17"), false});
  CHECK((*edits)[1].entry.label == AffinityLabel{"b", 4});
  CHECK((*edits)[3] == AffinityEdit{EntryOf("::ffff:192.0.2.0/120", ""), true});
  CHECK(AffinityEditsText({SetWeight{"w.test", "g1", 1}}).empty());
}

TEST_CASE("many edits are not told one by one") {
  SetAffinity set;
  for (size_t i = 0; i < kMostEditsTold; ++i) {
    set.entries.push_back(EntryOf("10.0." + std::to_string(i) + ".0/24", "a"));
  }
  const auto edits = ParseAffinityEdits(AffinityEditsText({set}));
  REQUIRE(edits.has_value());
  CHECK(edits->size() == kMostEditsTold);
  CHECK(AffinityEditsText({set, RemoveAffinity{{"192.0.2.0/24"}}}) == "*");
  CHECK(ParseAffinityEdits("*") == std::nullopt);
  for (const char* text : {"10.0.0.0/8", "10.0.0.1/8=a", "x=a",
                           "10.0.0.0/8=a/0", "10.0.0.0/8=a 10.0.0.0/9"}) {
    CAPTURE(text);
    CHECK(ParseAffinityEdits(text) == std::nullopt);
  }
}

TEST_CASE("edits are applied one after the other") {
  CHECK(After("10.0.0.0/8=c 192.0.2.1= 192.0.2.0/24=d") ==
        std::vector<std::string>{"10.0.0.0/8 c", "192.0.2.0/24 d"});
  CHECK(After("192.0.2.1= 192.0.2.1/32=e 192.0.2.1/32=f") ==
        std::vector<std::string>{"10.0.0.0/8 a", "192.0.2.1/32 f"});
  CHECK(After("11.0.0.0/8=a 11.0.0.0/8=") == TextsOf(InForce()));
}

TEST_CASE("edits that concern fields which are not in force say nothing") {
  // Of one network in two spellings both fields decide.
  CHECK(After("192.0.2.1/32=c") == std::vector<std::string>{"nothing"});
  CHECK(After("192.0.2.1/32=") == std::vector<std::string>{"nothing"});
  CHECK(After("11.0.0.0/8=") == std::vector<std::string>{"nothing"});
  CHECK(After("192.0.2.1= 192.0.2.1=") == std::vector<std::string>{"nothing"});
}

}  // namespace
}  // namespace groupring::redis
