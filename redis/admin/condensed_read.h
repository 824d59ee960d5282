// Reads everything about groups, and of names that are alike only one.
#ifndef GROUPRING_REDIS_ADMIN_CONDENSED_READ_H_
#define GROUPRING_REDIS_ADMIN_CONDENSED_READ_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/load/build.h"
#include "redis/load/loader.h"
#include "redis/model/dataset.h"
#include "redis/schema/name_condenser.h"

namespace groupring::redis {

struct CondenseOptions {
  // Names are condensed where Redis holds so many keys, or more.
  int64_t from_keys = 10'000;
  // Asks a process that follows this Redis for the names, as they are with that
  // generation or later. After an error they are read from Redis. May be empty.
  std::function<absl::StatusOr<CondensedNames>(int64_t generation)> ask =
      nullptr;
  // Told why nobody was asked, or the answer was not used. May be empty.
  std::function<void(const absl::Status& why)> not_told = nullptr;
  // At which names the zone has static records: whether such a name is answered
  // dynamically matters to the zone, so that it is never left out. May be
  // empty.
  std::function<std::vector<std::string>(const NameData& zone)> static_names =
      nullptr;
  // Called after each piece of a long reading. May be empty.
  std::function<void(size_t read, size_t names)> progress = nullptr;
};

// Whether there is so much that names are condensed.
absl::StatusOr<bool> IsToBeCondensed(const CondenseOptions& options,
                                     Connection* connection);

// The dataset with the names that stand for all (NameCondenser), and in *alike
// for how many. By groupring's schema only. Memory grows with the names that
// are kept, and by some 40 bytes for each name. The generation is read before
// everything else, groups and affinity are always read from Redis. Findings and
// `before_read` are those of ReadEverything; `before_read` gets no keys of
// names.
absl::StatusOr<Dataset> ReadCondensed(const CondenseOptions& options,
                                      Connection* connection,
                                      const BeforeRead& before_read,
                                      AlikeNames* alike, Findings* findings);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_CONDENSED_READ_H_
