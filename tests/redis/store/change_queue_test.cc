#include "redis/store/change_queue.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = ChangeQueue::TimePoint;

constexpr TimePoint kStart{std::chrono::hours(1)};

std::string NameOf(size_t i) {
  return "n" + std::to_string(i) + ".example.com";
}

// So many names, and the group "g".
Dataset MakeDataset(size_t names) {
  Dataset dataset;
  for (size_t i = 0; i < names; ++i) {
    auto name = std::make_shared<NameData>();
    name->name = NameOf(i);
    dataset.names.Set(std::move(name));
  }
  dataset.groups["g"] = std::make_shared<GroupData>();
  return dataset;
}

TEST_CASE("of many names some are read at a time, in their order") {
  constexpr size_t kNames = 3 * ChangeQueue::kNamesPerRound;
  const Dataset dataset = MakeDataset(kNames);
  ChangeQueue queue;
  for (size_t i = 0; i < kNames; ++i) {
    queue.Add(NameOf(i) + ":CONFIG", dataset);
  }
  TimePoint now = kStart;
  for (size_t first = 0; first < kNames; first += ChangeQueue::kNamesPerRound) {
    REQUIRE_FALSE(queue.empty());
    REQUIRE(queue.next_round() <= now);
    const ChangeRound round = queue.Take(now);
    CHECK(round.selection.names.size() == ChangeQueue::kNamesPerRound);
    CHECK(round.announced.size() == ChangeQueue::kNamesPerRound);
    for (size_t i = 0; i < ChangeQueue::kNamesPerRound; ++i) {
      CHECK(round.selection.names.contains(NameOf(first + i)));
    }
    queue.RoundRead(round, now, now);
    now = std::max(now, queue.next_round());
  }
  CHECK(queue.empty());
}

TEST_CASE("names cost a bounded number of commands a second") {
  const Dataset dataset = MakeDataset(10'000);
  ChangeQueue queue;
  for (size_t i = 0; i < 10'000; ++i) {
    queue.Add(NameOf(i) + ":CONFIG", dataset);
  }
  TimePoint now = kStart;
  while (true) {
    const ChangeRound round = queue.Take(now);
    REQUIRE(round.selection.names.size() <= ChangeQueue::kNamesPerRound);
    queue.RoundRead(round, now, now);
    if (queue.empty()) break;
    now = queue.next_round();
  }
  // CONFIG, GROUPS and WEIGHTS of each.
  const auto least =
      seconds(1) *
      (3 * (10'000 - static_cast<int64_t>(ChangeQueue::kNamesPerRound))) /
      ChangeQueue::kCommandsPerSecond;
  CHECK(now - kStart >= least);
  CHECK(now - kStart <= 2 * least);
}

TEST_CASE("names leave as much time to others as they take") {
  const Dataset dataset = MakeDataset(1);
  ChangeQueue queue;
  queue.Add(NameOf(0) + ":CONFIG", dataset);
  queue.RoundRead(queue.Take(kStart), kStart, kStart + seconds(1));
  queue.Add(NameOf(0) + ":CONFIG", dataset);
  CHECK(queue.next_round() == kStart + seconds(2));
}

TEST_CASE("a group goes before all names that wait") {
  const Dataset dataset = MakeDataset(200);
  ChangeQueue queue;
  for (size_t i = 0; i < 200; ++i) queue.Add(NameOf(i) + ":CONFIG", dataset);
  const ChangeRound names = queue.Take(kStart);
  queue.RoundRead(names, kStart, kStart + milliseconds(5));
  const TimePoint now = kStart + milliseconds(5);
  REQUIRE(queue.next_round() > now);
  queue.Add("g:STATE", dataset);
  REQUIRE(queue.next_round() <= now);
  const ChangeRound round = queue.Take(now);
  CHECK(round.selection.groups.contains("g"));
  CHECK(round.selection.names.empty());
  CHECK(round.announced == std::vector<std::string>{"g:STATE"});
  CHECK_FALSE(queue.empty());
}

TEST_CASE("a generation is reached with the last of what waited for it") {
  const Dataset dataset = MakeDataset(200);
  ChangeQueue queue;
  for (size_t i = 0; i < 100; ++i) queue.Add(NameOf(i) + ":CONFIG", dataset);
  queue.Add("g:STATE", dataset);
  queue.AimFor(7);
  // What is announced later does not hold it up.
  for (size_t i = 100; i < 200; ++i) queue.Add(NameOf(i) + ":CONFIG", dataset);
  TimePoint now = kStart;
  const ChangeRound first = queue.Take(now);
  CHECK(first.selection.groups.contains("g"));
  CHECK_FALSE(first.generation);
  CHECK(queue.has_aim());
  queue.RoundRead(first, now, now);
  now = queue.next_round();
  const ChangeRound second = queue.Take(now);
  CHECK(second.selection.names.contains(NameOf(99)));
  CHECK(second.generation == 7);
  CHECK_FALSE(queue.has_aim());
  CHECK_FALSE(queue.empty());
}

TEST_CASE("a generation that needs nothing to be read is reached at once") {
  ChangeQueue queue;
  queue.AimFor(7);
  REQUIRE_FALSE(queue.empty());
  CHECK(queue.next_round() <= kStart);
  const ChangeRound round = queue.Take(kStart);
  CHECK(round.selection.empty());
  CHECK_FALSE(round.empty());
  CHECK(round.generation == 7);
  CHECK(queue.empty());
}

TEST_CASE("what is announced again while it waits is read once, as a whole") {
  const Dataset dataset = MakeDataset(1);
  ChangeQueue queue;
  queue.Add(NameOf(0) + ":CONFIG", dataset);
  queue.Add(NameOf(0) + ":A", dataset);
  queue.Add(NameOf(0) + ":CONFIG", dataset);
  const ChangeRound round = queue.Take(kStart);
  CHECK(round.announced ==
        std::vector<std::string>{NameOf(0) + ":CONFIG", NameOf(0) + ":A"});
  const NameParts& parts = round.selection.names.at(NameOf(0));
  CHECK(parts.head);
  CHECK(parts.members[0]);
  CHECK_FALSE(parts.members[1]);
  CHECK(queue.empty());
}

TEST_CASE("what a walk has found is told with the round that reads it") {
  const Dataset dataset = MakeDataset(1);
  ChangeQueue queue;
  queue.AddFound("new.example.com");
  queue.Add(NameOf(0) + ":CONFIG", dataset);
  KeySelection selection;
  selection.names["new.example.com"] = NameParts::All();
  CHECK(queue.HoldsAnyOf(selection));
  const ChangeRound round = queue.Take(kStart);
  CHECK(round.found == std::vector<std::string>{"new.example.com"});
  CHECK(round.selection.names.at("new.example.com").skip[1]);
  CHECK_FALSE(queue.HoldsAnyOf(selection));
}

TEST_CASE("keys of other applications are not read") {
  const Dataset dataset = MakeDataset(1);
  ChangeQueue queue;
  queue.Add("session:17", dataset);
  queue.Add("other:STATE", dataset);
  CHECK(queue.empty());
}

}  // namespace
}  // namespace groupring::redis
