// Commands as one transaction: all of them or none.
#ifndef GROUPRING_REDIS_ADMIN_TRANSACTION_H_
#define GROUPRING_REDIS_ADMIN_TRANSACTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "redis/connection/connection.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

// Announces keys to Redis: the next transaction runs only if none of them has
// changed by then. Looking one up costs Redis as much time as there are
// watched keys: see kMaxWatched.
absl::Status Watch(const std::vector<std::string>& keys,
                   Connection* connection);
// A thousand names' worth: 10 ms of Redis' time. Ten times as many would take
// it a hundred times as long.
inline constexpr size_t kMaxWatched = 3000;

// Redis runs the other commands of a transaction when one of them meets a key
// of the wrong type, so that is looked at before.
absl::Status CheckTypes(const std::vector<TypedCommand>& commands,
                        Connection* connection);

// MULTI … EXEC. kAborted: a watched key has changed, nothing was written. Every
// other failure says whether something was. Nothing is watched any more after.
absl::Status RunTransaction(const std::vector<TypedCommand>& commands,
                            Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_TRANSACTION_H_
