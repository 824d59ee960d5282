// Which keys walks over the key space need no further look at.
#ifndef GROUPRING_REDIS_STORE_KNOWN_KEYS_H_
#define GROUPRING_REDIS_STORE_KNOWN_KEYS_H_

#include <cstddef>
#include <string_view>

#include "absl/container/flat_hash_set.h"

namespace groupring::redis {

// Keeps hashes: 10 to 20 bytes for each key. Where a step of a walk ends
// depends on how many keys there are before it, so that one key that comes
// moves all steps behind it: what a step showed before says nothing. Not
// thread-safe.
class KnownKeys {
 public:
  bool contains(std::string_view key) const {
    return hashes_.contains(HashOf(key));
  }
  void Add(std::string_view key) { hashes_.insert(HashOf(key)); }
  void Forget(std::string_view key) { hashes_.erase(HashOf(key)); }
  void Clear() { hashes_.clear(); }

  // A walk has come across so many keys. Forgets all if most of the known ones
  // were not among them, such as those that other applications make and delete.
  void WalkEnded(size_t keys);

 private:
  static size_t HashOf(std::string_view key);

  absl::flat_hash_set<size_t> hashes_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_KNOWN_KEYS_H_
