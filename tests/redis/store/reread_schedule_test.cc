#include "redis/store/reread_schedule.h"

#include <map>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Owners = RereadSchedule::Owners;
using TimePoint = RereadSchedule::TimePoint;

constexpr int64_t kMany = 1'000'000;  // a second

Dataset MakeDataset(int names, int groups) {
  Dataset dataset;
  for (int i = 0; i < names; ++i) {
    auto name = std::make_shared<NameData>();
    name->name = "n" + std::to_string(i);
    dataset.names.Set(std::move(name));
  }
  for (int i = 0; i < groups; ++i) {
    dataset.groups["g" + std::to_string(i)] = std::make_shared<GroupData>();
  }
  return dataset;
}

// How often each was read in that time.
std::map<std::string, int> Reads(const Dataset& dataset, RereadSchedule* reread,
                                 seconds time, size_t* largest) {
  std::map<std::string, int> reads;
  while (reread->next_step() < TimePoint() + time) {
    const TimePoint step = reread->next_step();
    KeySelection selection;
    reread->TakeStep(dataset, &selection);
    reread->StepTaken(step, step);
    for (const auto& [name, parts] : selection.names) ++reads[name];
    for (const auto& [group, parts] : selection.groups) ++reads[group];
    *largest =
        std::max(*largest, selection.names.size() + selection.groups.size());
  }
  return reads;
}

TEST_CASE("each name or group is read again once per interval") {
  const auto [names, groups] = GENERATE(table<int, int>(
      {{1, 0}, {3, 0}, {1000, 0}, {10'000, 0}, {0, 2}, {0, 1000}}));
  CAPTURE(names, groups);
  const Dataset dataset = MakeDataset(names, groups);
  RereadSchedule reread(groups == 0 ? Owners::kNames : Owners::kGroups);
  reread.Reset(seconds(60), kMany, TimePoint());
  size_t largest = 0;
  const auto reads = Reads(dataset, &reread, seconds(180), &largest);
  CHECK(reads.size() == static_cast<size_t>(names + groups));
  for (const auto& [owner, count] : reads) {
    if (count < 2 || count > 4) FAIL(owner << " was read " << count);
  }
  CHECK(largest <= 10);
}

TEST_CASE("of many not more are read again in a second than may be") {
  const auto owners = GENERATE(Owners::kNames, Owners::kGroups);
  const bool of_names = owners == Owners::kNames;
  const Dataset dataset = MakeDataset(of_names ? 1000 : 0, of_names ? 0 : 1000);
  RereadSchedule reread(owners);
  reread.Reset(seconds(60), 10, TimePoint());
  size_t largest = 0;
  const auto reads = Reads(dataset, &reread, seconds(100), &largest);
  // A round takes 100 seconds.
  CHECK(reads.size() >= 950);
  for (const auto& [owner, count] : reads) {
    if (count > 1) FAIL(owner << " was read " << count);
  }
}

TEST_CASE("rereading goes on behind names that have gone") {
  constexpr int kNames = 20'000;
  Dataset dataset = MakeDataset(kNames, 0);
  RereadSchedule reread(Owners::kNames);
  reread.Reset(seconds(60), kMany, TimePoint());
  std::map<std::string, int> reads;
  // Rather less than the first round.
  constexpr size_t kRead = kNames * 9 / 10;
  while (reads.size() < kRead) {
    KeySelection selection;
    reread.TakeStep(dataset, &selection);
    for (const auto& [name, parts] : selection.names) {
      if (++reads[name] > 1) FAIL(name << " was read twice");
      if (reads.size() % 2 == 0) dataset.names.erase(name);
    }
  }
  CHECK(reads.size() >= kRead);
}

TEST_CASE("the affinity is read with the groups, also where there are none") {
  const int groups = GENERATE(0, 3);
  const Dataset dataset = MakeDataset(5, groups);
  RereadSchedule of_names(Owners::kNames);
  RereadSchedule of_groups(Owners::kGroups);
  int read = 0;
  for (RereadSchedule* const reread : {&of_names, &of_groups}) {
    reread->Reset(seconds(60), kMany, TimePoint());
    while (reread->next_step() < TimePoint() + seconds(180)) {
      const TimePoint step = reread->next_step();
      KeySelection selection;
      reread->TakeStep(dataset, &selection);
      reread->StepTaken(step, step);
      if (!selection.affinity) continue;
      ++read;
      CHECK(reread == &of_groups);
    }
  }
  CHECK(read >= 2);
  CHECK(read <= 4);
}

TEST_CASE("rereading takes a fourth of the time at most") {
  const Dataset dataset = MakeDataset(1000, 0);
  RereadSchedule reread(Owners::kNames);
  reread.Reset(milliseconds(100), kMany, TimePoint());
  KeySelection selection;
  reread.TakeStep(dataset, &selection);
  const TimePoint start = reread.next_step();
  reread.StepTaken(start, start + seconds(1));
  CHECK(reread.next_step() == start + seconds(4));
}

TEST_CASE("what has gone since the round began is not read") {
  Dataset dataset = MakeDataset(2, 0);
  RereadSchedule reread(Owners::kNames);
  reread.Reset(seconds(60), kMany, TimePoint());
  KeySelection first;
  reread.TakeStep(dataset, &first);
  REQUIRE(first.names.size() == 1);
  dataset.names.clear();
  KeySelection second;
  reread.TakeStep(dataset, &second);
  CHECK(second.empty());
}

}  // namespace
}  // namespace groupring::redis
