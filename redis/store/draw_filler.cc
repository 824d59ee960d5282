#include "redis/store/draw_filler.h"

#include <string>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"

namespace groupring::redis {
namespace {

// A new pool gets a few draws, a pool that was drawn from all it has room for:
// most sets of a large dataset are seldom asked for.
constexpr uint32_t kFirstFill = 64;
constexpr uint32_t kMaxDrawsPerRound = 4096;

struct Refill {
  const AddressSet* set;
  uint32_t count;
};

// The draws of one reply go into the pool. Members that the set does not have
// are malformed ones, or the set in Redis is a new one by now.
void Put(const Reply& reply, const Refill& refill) {
  DrawPool* pool = refill.set->pool();
  for (const Reply& member : reply.elements) {
    const int index = refill.set->IndexOf(member.text);
    if (index < 0) continue;
    if (pool->Free() == 0) return;
    pool->Put(static_cast<uint32_t>(index));
  }
}

}  // namespace

template <typename Map>
void DrawFiller::Take(const Map& owners, const std::string& owner,
                      SetsOf* sets) {
  const auto found = owners.find(owner);
  const bool has_some =
      found != owners.end() && !(found->second->addresses[0]->empty() &&
                                 found->second->addresses[1]->empty());
  if (!has_some) {
    stale_ = sets->erase(owner) > 0 || stale_;
    return;
  }
  Sets& known = (*sets)[owner];
  if (known == found->second->addresses) return;
  known = found->second->addresses;
  stale_ = true;
}

void DrawFiller::SetsChanged(const Dataset& dataset,
                             const DatasetChange& change) {
  if (!change.everything) {
    for (const std::string& group : change.groups) {
      Take(dataset.groups, group, &of_groups_);
    }
    for (const std::string& name : change.names) {
      Take(dataset.names, name, &of_names_);
    }
    return;
  }
  of_groups_.clear();
  of_names_.clear();
  stale_ = true;
  for (const auto& [group, data] : dataset.groups) {
    Take(dataset.groups, group, &of_groups_);
  }
  for (const auto& [name, data] : dataset.names) {
    if (data->addresses[0]->empty() && data->addresses[1]->empty()) continue;
    of_names_[name] = data->addresses;
  }
}

void DrawFiller::ListSets() {
  sets_.clear();
  for (const SetsOf* owners : {&of_groups_, &of_names_}) {
    for (const auto& [owner, sets] : *owners) {
      for (const auto& set : sets) {
        if (!set->empty()) sets_.push_back(set);
      }
    }
  }
  next_ = 0;
  stale_ = false;
}

absl::StatusOr<bool> DrawFiller::Round(Connection* connection,
                                       std::atomic<uint64_t>* draws) {
  if (stale_) ListSets();
  std::vector<Refill> refills;
  uint32_t wanted = 0;
  size_t looked_at = 0;
  for (; looked_at < sets_.size() && wanted < kMaxDrawsPerRound; ++looked_at) {
    if (next_ >= sets_.size()) next_ = 0;
    const AddressSet* set = sets_[next_++].get();
    if (!set->pool()->wants_refill()) continue;
    const uint32_t count =
        set->pool()->never_filled() ? kFirstFill : set->pool()->Free();
    // Cleared before the draws are asked for: a thread that takes the pool
    // below half from here on marks it again.
    set->pool()->ClearWant();
    if (count == 0) continue;
    refills.push_back({set, count});
    wanted += count;
    connection->Append(
        {"SRANDMEMBER", set->key(), absl::StrFormat("-%d", count)});
  }
  for (const Refill& refill : refills) {
    ASSIGN_OR_RETURN(const Reply reply, connection->Read());
    if (reply.is_error()) {
      const absl::Status status = StatusOfErrorReply(reply.text);
      // The key has another type now or may no longer be read; that it has
      // changed is said elsewhere.
      if (absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status)) {
        continue;
      }
      return status;
    }
    draws->fetch_add(reply.elements.size(), std::memory_order_relaxed);
    Put(reply, refill);
  }
  return looked_at < sets_.size();
}

}  // namespace groupring::redis
