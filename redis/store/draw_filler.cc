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

void DrawFiller::CollectSets(const Dataset& dataset) {
  sets_.clear();
  const auto add = [this](const std::shared_ptr<const AddressSet>& set) {
    if (!set->empty()) sets_.push_back(set);
  };
  for (const auto& [name, group] : dataset.groups) {
    for (const auto& set : group->addresses) add(set);
  }
  for (const auto& [name, data] : dataset.names) {
    for (const auto& set : data->addresses) add(set);
  }
  next_ = 0;
  stale_ = false;
}

absl::StatusOr<bool> DrawFiller::Round(const Dataset& dataset,
                                       Connection* connection,
                                       std::atomic<uint64_t>* draws) {
  if (stale_) CollectSets(dataset);
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
