// What a group's name brings into the ring: two hashes of its bytes.
#ifndef GROUPRING_HASHING_GROUP_HASH_H_
#define GROUPRING_HASHING_GROUP_HASH_H_

#include <cstdint>
#include <string_view>

namespace groupring::hashing {

// Decides the group's place in the order of each slot.
uint64_t OrderHash(std::string_view name);

// Decides which slots the group keeps of a partial share. Another hash than
// OrderHash(), so that a drain takes slots that the group holds firmly and
// slots that it barely holds alike.
uint64_t ShareHash(std::string_view name);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_GROUP_HASH_H_
