#include "backend/change/upgrade_safety.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "absl/strings/str_split.h"
#include "redis/model/address.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

using redis::AddressBytes;
using redis::AddressRange;
using redis::Family;
using redis::kFamilies;
using Kind = Obstacle::Kind;
using Holder = SharedAddress::Holder;

// Addresses from `first` to `last`, both included.
struct Interval {
  AddressBytes first{};
  AddressBytes last{};
};

Interval IntervalOf(const AddressRange& range) {
  Interval interval{range.first, range.first};
  const size_t host_bits =
      (range.family == Family::kA ? 32u : 128u) - range.prefix_length;
  for (size_t bit = 0; bit < host_bits; ++bit) {
    interval.last[15 - bit / 8] |= static_cast<uint8_t>(1u << (bit % 8));
  }
  return interval;
}

// The addresses of one group, for questions whether others overlap them.
class OwnAddresses {
 public:
  explicit OwnAddresses(const redis::GroupData& group) {
    for (size_t f = 0; f < kFamilies; ++f) {
      for (const auto* set :
           {group.addresses[f].get(), group.last_good[f].get()}) {
        if (set == nullptr) continue;
        for (const AddressRange& range : set->members()) {
          intervals_[f].push_back(IntervalOf(range));
        }
      }
      // Prefixes are nested or apart, so dropping the inner ones leaves
      // intervals whose ends have the order of their beginnings.
      std::sort(intervals_[f].begin(), intervals_[f].end(),
                [](const Interval& a, const Interval& b) {
                  return std::tie(a.first, b.last) < std::tie(b.first, a.last);
                });
      std::vector<Interval> outer;
      for (const Interval& interval : intervals_[f]) {
        if (outer.empty() || outer.back().last < interval.first) {
          outer.push_back(interval);
        }
      }
      intervals_[f] = std::move(outer);
    }
  }

  bool Overlap(const AddressRange& range) const {
    const Interval other = IntervalOf(range);
    const auto& own = intervals_[static_cast<size_t>(range.family)];
    const auto found = std::lower_bound(
        own.begin(), own.end(), other.first,
        [](const Interval& a, const AddressBytes& b) { return a.last < b; });
    return found != own.end() && found->first <= other.last;
  }

 private:
  std::array<std::vector<Interval>, kFamilies> intervals_;
};

class Search {
 public:
  Search(const redis::GroupData& group, int64_t unix_millis)
      : group_(group), unix_millis_(unix_millis), own_(group) {}

  void LookAtRings(const Snapshot& snapshot) {
    // Whether it has a weight on any ring: those of weight 0 stand behind.
    std::map<const redis::GroupData*, bool> others;
    for (const auto& view : snapshot.rings) {
      for (size_t i = 0; i < view->groups.size(); ++i) {
        const bool weighted = i < view->ring->size();
        bool& any = others[view->groups[i].get()];
        any = any || weighted;
      }
    }
    for (const auto& [other, weighted] : others) {
      if (other->name == group_.name) continue;
      const bool answered =
          weighted && IntentOf(*other, unix_millis_).kept_share != 0;
      for (const auto& set : other->addresses) {
        LookAt(*set, Holder::kGroup, other->name, answered);
      }
    }
  }

  void LookAtNames(const Snapshot& snapshot) {
    for (const auto& [text, owner] : *snapshot.owners) {
      const DynamicName* const name = owner->dynamic.get();
      if (name != nullptr && name->ring == kNoRing) {
        for (const auto& set : name->own->addresses) {
          LookAt(*set, Holder::kName, name->own->name, true);
        }
      }
    }
  }

  void LookAtRecords(const Snapshot& snapshot) {
    for (const auto& zone : snapshot.zones) {
      for (const StaticRecord& record : zone->records) {
        const bool hints = record.type == "HTTPS" || record.type == "SVCB";
        if (record.type != "A" && record.type != "AAAA" && !hints) continue;
        for (const absl::string_view word :
             absl::StrSplit(record.content, absl::ByAnyChar(" ,=\""))) {
          LookAtText(std::string_view(word.data(), word.size()), record.owner);
        }
      }
    }
  }

  std::vector<SharedAddress> Take() {
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.holder, a.owner, a.address) <
             std::tie(b.holder, b.owner, b.address);
    });
    // Those that are answered now matter most.
    std::stable_partition(found_.begin(), found_.end(),
                          [](const auto& one) { return one.answered; });
    if (found_.size() > kMaxShared) found_.resize(kMaxShared);
    return std::move(found_);
  }

 private:
  void LookAt(const redis::AddressSet& set, Holder holder,
              const std::string& owner, bool answered) {
    for (const AddressRange& range : set.members()) {
      if (!own_.Overlap(range)) continue;
      found_.push_back({range.text, holder, owner, answered});
      return;  // one address of a holder shows what is wrong
    }
  }

  void LookAtText(std::string_view text, const std::string& owner) {
    for (const Family family : {Family::kA, Family::kAaaa}) {
      const auto range = redis::ParsePrefix(family, text);
      if (!range || !range->is_single() || !own_.Overlap(*range)) continue;
      found_.push_back({std::string(text), Holder::kRecord, owner, true});
    }
  }

  const redis::GroupData& group_;
  const int64_t unix_millis_;
  const OwnAddresses own_;
  std::vector<SharedAddress> found_;
};

// Whether a process that is started in the node's place without Redis answers
// by the change, or nothing at all.
bool HasSaved(const redis::NodeStatus& node, int64_t generation) {
  return !node.saved_generation || *node.saved_generation >= generation;
}

std::optional<Kind> ObstacleOf(const redis::NodeStatus& node,
                               int64_t generation) {
  switch (node.state) {
    case redis::NodeState::kSilent:
      return Kind::kNodeSilent;
    case redis::NodeState::kStopped:
      if (node.measures_caches && HasSaved(node, generation)) {
        return std::nullopt;
      }
      return Kind::kNodeStopped;
    case redis::NodeState::kUp:
      break;
  }
  if (node.doubting()) return Kind::kNodeDoubts;
  if (node.generation < generation) return Kind::kNodeBehind;
  if (!HasSaved(node, generation)) return Kind::kNodeNotSaved;
  if (!node.measures_caches) return Kind::kNodeDoesNotMeasure;
  if (!node.clock_offset_millis) return Kind::kNodeClockUnknown;
  return std::nullopt;
}

}  // namespace

NodesVerdict JudgeNodes(const std::vector<redis::NodeStatus>& nodes,
                        const std::vector<std::string>& groups,
                        int64_t generation) {
  NodesVerdict verdict;
  if (nodes.empty()) {
    verdict.obstacles.push_back({Kind::kNoNodes, 0, {}, {}, {}});
    return verdict;
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    const redis::NodeStatus& node = nodes[i];
    if (const std::optional<Kind> kind = ObstacleOf(node, generation)) {
      verdict.obstacles.push_back({*kind, i, {}, {}, {}});
    }
    for (const std::string& group : groups) {
      const auto held = node.cached_until.find(group);
      if (held == node.cached_until.end()) continue;
      if (held->second <= verdict.cached_until) continue;
      verdict.cached_until = held->second;
      verdict.cached_by = i;
    }
  }
  return verdict;
}

std::vector<SharedAddress> SharedAddresses(const redis::GroupData& group,
                                           const Snapshot& snapshot,
                                           int64_t unix_millis) {
  Search search(group, unix_millis);
  search.LookAtRings(snapshot);
  search.LookAtNames(snapshot);
  search.LookAtRecords(snapshot);
  return search.Take();
}

}  // namespace groupring::backend
