// The two hashes of a group's name that the ring uses.
#ifndef GROUPRING_HASHING_GROUP_HASH_H_
#define GROUPRING_HASHING_GROUP_HASH_H_

#include <cstdint>
#include <string_view>

namespace groupring::hashing {

// Decides the group's place in the order of each slot.
uint64_t OrderHash(std::string_view name);

// Decides which slots the group keeps of a partial share. It differs from
// OrderHash(), so that a drain takes slots regardless of how much the group
// leads in them.
uint64_t ShareHash(std::string_view name);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_GROUP_HASH_H_
