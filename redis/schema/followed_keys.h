// How many keys a node follows, and whether Redis can remember them all.
#ifndef GROUPRING_REDIS_SCHEMA_FOLLOWED_KEYS_H_
#define GROUPRING_REDIS_SCHEMA_FOLLOWED_KEYS_H_

#include <cstddef>
#include <cstdint>

namespace groupring::redis {

// For this many names and groups.
constexpr int64_t FollowedKeys(size_t names, size_t groups) {
  constexpr int64_t kKeysOfName = 7;
  constexpr int64_t kKeysOfGroup = 5;
  constexpr int64_t kOwn = 5;  // generation, acceptance, affinity, checks
  return kKeysOfName * static_cast<int64_t>(names) +
         kKeysOfGroup * static_cast<int64_t>(groups) + kOwn;
}

// Of the table of keys that Redis can remember, in percent: what groupring uses
// at most. Other applications use the table, too, and to have Redis remember
// keys that are not there, a load has to ask for them: most of what it does.
inline constexpr int64_t kTrackingTableShare = 60;

// `most`: tracking-table-max-keys, 0 for any number.
constexpr bool FitsTrackingTable(int64_t keys, int64_t most,
                                 int64_t percent = kTrackingTableShare) {
  return most == 0 || 100 * keys <= percent * most;
}

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_FOLLOWED_KEYS_H_
