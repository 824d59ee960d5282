#include "redis/model/affinity.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "redis/model/affinity_differences.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

AffinityEntry Numbered(uint32_t number, const std::string& label) {
  AffinityEntry entry;
  entry.prefix_length = 32;
  for (size_t i = 0; i < 4; ++i) {
    entry.first[15 - i] = static_cast<uint8_t>(number >> (8 * i));
  }
  entry.label.name = label;
  entry.text = std::to_string(number);
  return entry;
}

AffinityEntries UpTo(uint32_t count) {
  AffinityList list;
  for (uint32_t i = 0; i < count; ++i) list.push_back(Numbered(2 * i, "a"));
  return AffinityEntries(std::move(list));
}

AffinityList ListOf(const AffinityEntries& entries) {
  return {entries.begin(), entries.end()};
}

TEST_CASE("versions of entries hold what one after the other was written") {
  std::mt19937 random(3);
  AffinityEntries entries = UpTo(300);
  std::map<uint32_t, std::string> expected;
  for (uint32_t i = 0; i < 300; ++i) expected[2 * i] = "a";
  for (int round = 0; round < 400; ++round) {
    AffinityEdits edits;
    for (size_t i = random() % 12; i > 0; --i) {
      const auto number = static_cast<uint32_t>(random() % 640);
      const bool removed = random() % 2 == 0;
      // Every second label is that of the first version.
      const std::string label = random() % 2 == 0 ? "a" : "b";
      edits.push_back({Numbered(number, label), removed});
      if (removed) {
        expected.erase(number);
      } else {
        expected[number] = label;
      }
    }
    const AffinityEntries before = entries;
    const AffinityList list_before = ListOf(before);
    const AffinityEntries first = UpTo(300);
    entries = entries.With(std::move(edits));
    REQUIRE(before.With(DifferencesOf(before, entries)) == entries);
    REQUIRE(entries.With(DifferencesOf(entries, before)) == before);
    // These share no list.
    REQUIRE(first.With(DifferencesOf(first, entries)) == entries);
    REQUIRE(entries.With(DifferencesOf(entries, first)) == first);
    REQUIRE(ListOf(before) == list_before);
    AffinityList list;
    for (const auto& [number, label] : expected) {
      list.push_back(Numbered(number, label));
    }
    REQUIRE(ListOf(entries) == list);
    REQUIRE(entries.size() == list.size());
    REQUIRE(entries == AffinityEntries(list));
    REQUIRE((entries == before) == (list == list_before));
    for (uint32_t number = 0; number < 640; number += 7) {
      const AffinityEntry* const found = entries.Find(Numbered(number, ""));
      REQUIRE((found != nullptr) == expected.contains(number));
      if (found != nullptr) CHECK(found->label.name == expected[number]);
    }
  }
}

TEST_CASE("few edits share the list, and none of what they undo is left") {
  const AffinityEntries before = UpTo(100);
  const AffinityEntries after = before.With(
      {{Numbered(4, "b")}, {Numbered(5, "b")}, {Numbered(6, ""), true}});
  CHECK(after.shared() == before.shared());
  CHECK(after.hidden().size() == 2);
  CHECK(after.own().size() == 2);
  const AffinityEntries again = after.With(
      {{Numbered(4, "a")}, {Numbered(5, ""), true}, {Numbered(6, "a")}});
  CHECK(again.hidden().empty());
  CHECK(again.own().empty());
  CHECK(again == before);
}

TEST_CASE("the edits between two versions are those that differ") {
  const AffinityEntries before = UpTo(100);
  const AffinityEntries after = before.With(
      {{Numbered(4, "b")}, {Numbered(5, "b")}, {Numbered(6, ""), true}});
  const AffinityEdits forth = {
      {Numbered(4, "b")}, {Numbered(5, "b")}, {Numbered(6, "a"), true}};
  const AffinityEdits back = {
      {Numbered(4, "a")}, {Numbered(5, "b"), true}, {Numbered(6, "a")}};
  CHECK(DifferencesOf(before, after) == forth);
  CHECK(DifferencesOf(after, before) == back);
  const AffinityEntries alone(ListOf(after));
  CHECK(DifferencesOf(before, alone) == forth);
  CHECK(DifferencesOf(alone, before) == back);
  CHECK(DifferencesOf(alone, after).empty());
  CHECK(DifferencesOf(after, after.With({{Numbered(4, "b")}})).empty());
}

TEST_CASE("many edits at once come to the same as one after the other") {
  const AffinityEntries before = UpTo(3000);
  AffinityEntries expected = before;
  AffinityEdits edits;
  std::mt19937 random(5);
  for (size_t i = 0; i <= 2 * AffinityEntries::kMostDiffering; ++i) {
    const auto number = static_cast<uint32_t>(random() % 6100);
    edits.push_back(
        {Numbered(number, random() % 2 == 0 ? "a" : "b"), random() % 3 == 0});
    expected = expected.With({edits.back()});
  }
  const AffinityEntries after = before.With(edits);
  CHECK(after.own().empty());
  CHECK(after == expected);
  CHECK(before.With(DifferencesOf(before, expected)) == expected);
}

TEST_CASE("versions that differ much have lists of their own") {
  AffinityEntries entries = UpTo(10);
  const auto list = entries.shared();
  for (uint32_t i = 0; i < AffinityEntries::kMostDiffering; ++i) {
    entries = entries.With({{Numbered(1000 + i, "c")}});
  }
  CHECK(entries.shared() == list);
  entries = entries.With({{Numbered(1, "c")}});
  CHECK(entries.shared() != list);
  CHECK(entries.own().empty());
  CHECK(entries.size() == 11 + AffinityEntries::kMostDiffering);
}

}  // namespace
}  // namespace groupring::redis
