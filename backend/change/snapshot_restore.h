// Puts data that a node has saved back into Redis.
#ifndef GROUPRING_BACKEND_CHANGE_SNAPSHOT_RESTORE_H_
#define GROUPRING_BACKEND_CHANGE_SNAPSHOT_RESTORE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct SavedData {
  redis::Dataset dataset;
  int64_t unix_millis = 0;  // when it was saved
};

// Restores the names and groups of the saved data. `current` also has those
// groups of the saved data that Redis holds and no name refers to. Names that
// only Redis has are removed; groups that only Redis has stay, on no name. An
// objection says how much of Redis' data would be lost. kInvalidArgument: the
// saved data has nothing to restore.
absl::StatusOr<Change> RestoreSnapshot(const redis::Dataset& current,
                                       const SavedData& saved);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_SNAPSHOT_RESTORE_H_
