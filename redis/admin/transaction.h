// Commands as one transaction: all of them or none.
#ifndef GROUPRING_REDIS_ADMIN_TRANSACTION_H_
#define GROUPRING_REDIS_ADMIN_TRANSACTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "redis/connection/connection.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

// WATCHes the keys: the next transaction runs only if none of them has changed
// by then. For each key Redis goes through all watched keys: see kMaxWatched.
absl::Status Watch(const std::vector<std::string>& keys,
                   Connection* connection);
// The keys of a thousand names, which take 10 ms of Redis' time. Ten times as
// many keys would take a hundred times as long.
inline constexpr size_t kMaxWatched = 3000;

// Checks the types of the keys before a transaction, because Redis runs its
// other commands even if one of them fails on a key of the wrong type.
absl::Status CheckTypes(const std::vector<TypedCommand>& commands,
                        Connection* connection);

// Runs MULTI … EXEC. kAborted: a watched key has changed, and nothing was
// written. The message of any other error says whether something was written.
// Afterwards no key is watched.
absl::Status RunTransaction(const std::vector<TypedCommand>& commands,
                            Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_TRANSACTION_H_
