// A copy of one Redis set of addresses, with the draws made from it.
#ifndef GROUPRING_REDIS_MODEL_ADDRESS_SET_H_
#define GROUPRING_REDIS_MODEL_ADDRESS_SET_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "redis/base/random.h"
#include "redis/model/address.h"
#include "redis/model/draw_pool.h"

namespace groupring::redis {

// Immutable except for its pool of draws; any thread may draw. A change of the
// set in Redis makes a new AddressSet, without the draws of the old one.
// Aligned so that a draw needs only one cache line of it.
class alignas(64) AddressSet {
 public:
  // Sorts the members by text, so that every node has them in the same order.
  // Merges members that parse as the same range. `key` is the Redis key.
  AddressSet(std::string key, Family family, std::vector<AddressRange> members);

  const std::string& key() const { return key_; }
  Family family() const { return family_; }
  bool empty() const { return members_.empty(); }
  const std::vector<AddressRange>& members() const { return members_; }
  // The texts of members().
  std::vector<std::string> MemberTexts() const;

  // The members as they are in Redis, including all of those that parse as
  // the same range.
  std::vector<std::string> Texts() const;

  // Whether Redis holds the same members, text for text, in the same key.
  bool SameAs(const AddressSet& other) const;

  // A random member: the next draw that Redis made, or, when none is left,
  // one drawn here with the same distribution. Sets *wake when this draw made
  // the pool want a refill (then call Store::WakeForDraws); leaves it alone
  // otherwise. *by_redis, unless null, becomes whether Redis made it.
  // REQUIRES: !empty().
  const AddressRange& Draw(Random* random, bool* wake,
                           bool* by_redis = nullptr) const {
    const std::optional<uint32_t> drawn = pool_->Take(wake);
    if (by_redis != nullptr) *by_redis = drawn.has_value();
    return members_[drawn ? *drawn : random->Below(members_.size())];
  }

  // Prefetches what the next Draw needs. With many sets few are in the
  // processor's caches; two cache misses at the same time cost as much as one.
  void PrefetchDraw() const {
    const std::optional<uint32_t> next = pool_ ? pool_->Peek() : std::nullopt;
    if (!next) return;
    __builtin_prefetch(&members_[*next].first);
    __builtin_prefetch(&members_[*next].canonical);
  }

  // Filled by the store off the query path. Null when the set is empty.
  DrawPool* pool() const { return pool_ ? &*pool_ : nullptr; }

  // The index of the member with this text, or of the member that parses as the
  // same range. -1 when there is none: the set in Redis has changed since, or
  // the text is malformed.
  int IndexOf(std::string_view text) const;

 private:
  // First the members that a draw needs.
  std::vector<AddressRange> members_;
  mutable std::optional<DrawPool> pool_;

  std::string key_;
  Family family_;
  // Other texts in Redis for the same ranges, with indices of members_; sorted.
  std::vector<std::pair<std::string, int>> other_texts_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_ADDRESS_SET_H_
