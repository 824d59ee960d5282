#include "redis/store/unreadable_keys.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

constexpr std::chrono::steady_clock::time_point kStart{};

Dataset OfGroups(int count) {
  Dataset dataset;
  for (int i = 0; i < count; ++i) {
    dataset.groups["g" + std::to_string(i)] = std::make_shared<GroupData>();
  }
  return dataset;
}

Findings Unreadable(int count) {
  Findings findings;
  for (int i = 0; i < count; ++i) {
    findings.keys.push_back("g" + std::to_string(i) + ":STATE");
  }
  findings.unreadable = findings.keys;
  return findings;
}

TEST_CASE("many keys that cannot be read are tried in turn, some at a time") {
  const int count = 2 * static_cast<int>(UnreadableKeys::kKeysPerStep) + 10;
  const Dataset dataset = OfGroups(count);
  UnreadableKeys keys;
  CHECK(keys.empty());
  keys.Update(Unreadable(count));
  KeySelection all;
  for (int step = 0; step < 3; ++step) {
    KeySelection selection;
    keys.TakeStep(dataset, &selection);
    CHECK(selection.groups.size() == UnreadableKeys::kKeysPerStep);
    for (const auto& [group, parts] : selection.groups) {
      CHECK(parts.state);
      all.groups[group] = parts;
    }
  }
  CHECK(all.groups.size() == static_cast<size_t>(count));
}

TEST_CASE("a right that came back makes the next step soon") {
  const Dataset dataset = OfGroups(5);
  UnreadableKeys keys;
  keys.Update(Unreadable(5));
  KeySelection selection;
  keys.TakeStep(dataset, &selection);
  keys.StepTaken(kStart);
  CHECK(keys.next_step() == kStart + UnreadableKeys::kPause);
  keys.TakeStep(dataset, &selection);
  Findings readable = Unreadable(2);
  readable.unreadable.clear();
  keys.Update(readable);
  keys.StepTaken(kStart);
  CHECK(keys.next_step() == kStart + UnreadableKeys::kShortPause);
  keys.Forget("g2:STATE");
  keys.Forget("g3:STATE");
  keys.Forget("g4:STATE");
  CHECK(keys.empty());
}

}  // namespace
}  // namespace groupring::redis
