#include "backend/change/decisive_times.h"

#include <cstddef>
#include <iterator>
#include <set>

namespace groupring::backend {
namespace {

// Each costs a look at every ring. Nobody runs so many ramps at once.
constexpr size_t kMaxTimes = 64;

}  // namespace

std::vector<int64_t> DecisiveTimes(const redis::Dataset& dataset,
                                   int64_t unix_millis) {
  using redis::AdminState;
  std::set<int64_t> times = {unix_millis};
  const auto add = [&](int64_t unix_seconds) {
    const int64_t at = unix_seconds * 1000;
    if (at <= unix_millis) return;
    times.insert(at);
    if (at - 1 > unix_millis) times.insert(at - 1);
  };
  for (const auto& [name, group] : dataset.groups) {
    const redis::GroupState& state = group->state;
    if (state.state == AdminState::kEnabled) continue;
    if (state.until != 0) add(state.until);
    if (state.state == AdminState::kDisabled) continue;
    add(state.start);
    add(state.start + state.duration);
  }
  while (times.size() > kMaxTimes) times.erase(std::prev(times.end()));
  return std::vector<int64_t>(times.begin(), times.end());
}

}  // namespace groupring::backend
