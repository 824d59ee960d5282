// The keys that groupring keeps for itself, beside those of names and groups.
//
// They cannot be mistaken for each other: keys of names and groups end in one
// of the suffixes of keys.h, these do not, as a node's name has no colon.
#ifndef GROUPRING_REDIS_SCHEMA_OWN_KEYS_H_
#define GROUPRING_REDIS_SCHEMA_OWN_KEYS_H_

#include <string_view>

namespace groupring::redis {

// Integer: how many changes commands have made.
inline constexpr std::string_view kGenerationKey = "groupring:generation";

// Stream: those changes, the newest ones.
inline constexpr std::string_view kAuditKey = "groupring:audit";

// Fields of an entry that programs go by.
inline constexpr std::string_view kAuditGeneration = "generation";
// The names whose CONFIG or GROUPS the change writes, separated by spaces.
inline constexpr std::string_view kAuditNames = "names";

// Hash: an operator's word that what Redis holds is meant.
inline constexpr std::string_view kAcceptedKey = "groupring:accepted";

// Sorted set: the nodes, by the time (unix milliseconds) they were last seen.
inline constexpr std::string_view kNodesKey = "groupring:nodes";

// Hash of one node, expiring: this and the node's name.
inline constexpr std::string_view kNodeKeyPrefix = "groupring:node:";

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_OWN_KEYS_H_
