#include "redis/store/reread_schedule.h"

#include <map>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = RereadSchedule::TimePoint;

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

TEST_CASE("each name and group is read again once per interval") {
  const int names = GENERATE(0, 1, 3, 10'000);
  const int groups = GENERATE(0, 2, 1000);
  CAPTURE(names, groups);
  if (names + groups == 0) return;
  const Dataset dataset = MakeDataset(names, groups);
  RereadSchedule reread;
  const TimePoint start{};
  reread.Reset(seconds(60), start);
  std::map<std::string, int> reads;
  size_t largest = 0;
  while (reread.next_step() < start + seconds(180)) {
    const TimePoint step = reread.next_step();
    KeySelection selection;
    reread.TakeStep(dataset, &selection);
    reread.StepTaken(step, step);
    for (const auto& [name, parts] : selection.names) ++reads[name];
    for (const auto& [group, parts] : selection.groups) ++reads[group];
    largest =
        std::max(largest, selection.names.size() + selection.groups.size());
  }
  CHECK(reads.size() == static_cast<size_t>(names + groups));
  for (const auto& [owner, count] : reads) {
    if (count < 2 || count > 4) FAIL(owner << " was read " << count);
  }
  CHECK(largest <= 10);
}

TEST_CASE("rereading takes a fourth of the time at most") {
  const Dataset dataset = MakeDataset(1000, 0);
  RereadSchedule reread;
  reread.Reset(milliseconds(100), TimePoint());
  KeySelection selection;
  reread.TakeStep(dataset, &selection);
  const TimePoint start = reread.next_step();
  reread.StepTaken(start, start + seconds(1));
  CHECK(reread.next_step() == start + seconds(4));
}

TEST_CASE("what has gone since the round began is not read") {
  Dataset dataset = MakeDataset(2, 0);
  RereadSchedule reread;
  reread.Reset(seconds(60), TimePoint());
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
