// Which keys there are, as a walk over the key space has seen them.
#ifndef GROUPRING_REDIS_LOAD_EXISTING_KEYS_H_
#define GROUPRING_REDIS_LOAD_EXISTING_KEYS_H_

#include <cstddef>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"

namespace groupring::redis {

// Most names have one or two of their seven keys: who knows which need not ask
// for the others. Keeps hashes: a million keys take some ten megabytes. Not
// thread-safe.
class ExistingKeys {
 public:
  void Add(std::string_view key) { hashes_.insert(absl::HashOf(key)); }

  // True for each that was added, and by chance for another.
  bool MayContain(std::string_view key) const {
    return hashes_.contains(absl::HashOf(key));
  }

 private:
  absl::flat_hash_set<size_t> hashes_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_EXISTING_KEYS_H_
