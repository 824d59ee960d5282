#include "redis/model/affinity_differences.h"

#include <algorithm>
#include <vector>

namespace groupring::redis {
namespace {

// Of one network; null: there is no entry.
void Compare(const AffinityEntry* was, const AffinityEntry* is,
             AffinityEdits* edits) {
  if (is != nullptr && (was == nullptr || !(*was == *is))) {
    edits->push_back({*is});
  } else if (is == nullptr && was != nullptr) {
    edits->push_back({*was, true});
  }
}

// The networks in which either differs from the list that both share, sorted.
std::vector<const AffinityEntry*> UnlikeShared(const AffinityEntries& a,
                                               const AffinityEntries& b) {
  std::vector<const AffinityEntry*> networks;
  for (const AffinityEntries* const entries : {&a, &b}) {
    for (const AffinityEntry& entry : entries->own()) {
      networks.push_back(&entry);
    }
    for (const uint32_t index : entries->hidden()) {
      networks.push_back(&(*entries->shared())[index]);
    }
  }
  const auto is_before = [](const AffinityEntry* x, const AffinityEntry* y) {
    return AffinityBefore(*x, *y);
  };
  std::sort(networks.begin(), networks.end(), is_before);
  const auto is_same = [&](const AffinityEntry* x, const AffinityEntry* y) {
    return !is_before(x, y);
  };
  networks.erase(std::unique(networks.begin(), networks.end(), is_same),
                 networks.end());
  return networks;
}

}  // namespace

AffinityEdits DifferencesOf(const AffinityEntries& before,
                            const AffinityEntries& after) {
  AffinityEdits edits;
  if (before.shared() == after.shared()) {
    for (const AffinityEntry* const network : UnlikeShared(before, after)) {
      Compare(before.Find(*network), after.Find(*network), &edits);
    }
    return edits;
  }
  auto was = before.begin();
  auto is = after.begin();
  while (was != before.end() || is != after.end()) {
    const bool only_was =
        is == after.end() || (was != before.end() && AffinityBefore(*was, *is));
    const bool only_is =
        was == before.end() || (is != after.end() && AffinityBefore(*is, *was));
    Compare(only_is ? nullptr : &*was, only_was ? nullptr : &*is, &edits);
    if (!only_is) ++was;
    if (!only_was) ++is;
  }
  return edits;
}

}  // namespace groupring::redis
