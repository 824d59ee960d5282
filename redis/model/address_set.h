// One Redis set of addresses, mirrored, with the draws made from it.
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

// Immutable but for its pool of draws; any thread may draw. A change of the
// set in Redis makes a new AddressSet, which discards the draws of the old.
// Aligned, so that what a draw needs is one line of the processor's cache.
class alignas(64) AddressSet {
 public:
  // Sorts the members by text, so that equal sets are equal on every node.
  // Members that parse as the same range are one. `key` is the Redis key.
  AddressSet(std::string key, Family family, std::vector<AddressRange> members);

  const std::string& key() const { return key_; }
  Family family() const { return family_; }
  bool empty() const { return members_.empty(); }
  const std::vector<AddressRange>& members() const { return members_; }
  // The texts of members().
  std::vector<std::string> MemberTexts() const;

  // The members as they stand in Redis. Those that parse as the same range are
  // several here.
  std::vector<std::string> Texts() const;

  // Whether Redis holds the same members, text for text, in the same key.
  bool SameAs(const AddressSet& other) const;

  // A random member: the next draw that Redis made, or, when none is left,
  // one drawn here with the same distribution. Sets *wake when this draw made
  // the pool want a refill (then call Store::WakeForDraws); leaves it alone
  // otherwise. REQUIRES: !empty().
  const AddressRange& Draw(Random* random, bool* wake) const;

  // Brings near what the next Draw will need. Of many sets few are in the
  // processor's caches, and two that are waited for at once take half the time.
  void PrefetchDraw() const {
    const std::optional<uint32_t> next = pool_ ? pool_->Peek() : std::nullopt;
    if (!next) return;
    __builtin_prefetch(&members_[*next].first);
    __builtin_prefetch(&members_[*next].canonical);
  }

  // Filled by the store off the query path. Null when the set is empty.
  DrawPool* pool() const { return pool_ ? &*pool_ : nullptr; }

  // The index of the member with this text (or of the member that parses as
  // the same range); -1 when there is none: then the set in Redis is no longer
  // this one, or the text is malformed.
  int IndexOf(std::string_view text) const;

 private:
  // What a draw needs comes first.
  std::vector<AddressRange> members_;
  mutable std::optional<DrawPool> pool_;

  std::string key_;
  Family family_;
  // Texts that Redis also holds for a range of members_, sorted.
  std::vector<std::pair<std::string, int>> other_texts_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_ADDRESS_SET_H_
