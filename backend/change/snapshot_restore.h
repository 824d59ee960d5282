// Data that a node has saved, back into Redis.
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

// Names and groups of the saved data as they were then. `current` has the
// groups of the saved data, too, as far as Redis holds anything of them. Names
// that Redis alone has are removed; groups that it alone has stay, on no name.
// An objection says how much of what Redis holds would be lost.
// kInvalidArgument: nothing was saved that could be restored.
absl::StatusOr<Change> RestoreSnapshot(const redis::Dataset& current,
                                       const SavedData& saved);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_SNAPSHOT_RESTORE_H_
