// Counts of names where one stands for many.
#ifndef GROUPRING_BACKEND_SNAPSHOT_ALIKE_H_
#define GROUPRING_BACKEND_SNAPSHOT_ALIKE_H_

#include <cstddef>
#include <memory>

#include "backend/snapshot/snapshot.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

// The snapshot with classes that count all names, those that are not in it
// included.
std::shared_ptr<const Snapshot> CountAlike(
    std::shared_ptr<const Snapshot> snapshot, const redis::AlikeNames& alike);

// The number of dynamic names, by its classes.
size_t CountDynamicNames(const Snapshot& snapshot);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_ALIKE_H_
