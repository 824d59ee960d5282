// Reads keys of names and groups in pipelines.
#ifndef GROUPRING_REDIS_STORE_KEY_READER_H_
#define GROUPRING_REDIS_STORE_KEY_READER_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/store/reading.h"
#include "redis/store/wanted.h"

namespace groupring::redis {

struct Readings {
  std::vector<NameReading> names;
  std::vector<GroupReading> groups;
};

// Reads all that is wanted, in no particular order. A key of the wrong type or
// one that we may not read is a value like any other; any other error fails
// the whole, so that a server that is not ready never looks like an empty one.
// kCancelled soon after *stop. Counts into *commands.
absl::StatusOr<Readings> ReadKeys(const Wanted& wanted, Connection* connection,
                                  const std::atomic<bool>& stop,
                                  std::atomic<uint64_t>* commands);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_KEY_READER_H_
