// Accepting data that nodes treat as a loss.
#ifndef GROUPRING_BACKEND_CHANGE_SNAPSHOT_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_SNAPSHOT_CHANGES_H_

#include <vector>

#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// Says that what Redis holds now is intended, so that nodes that doubt it
// answer from it. If nodes are alive and none of them doubts, nothing is
// written unless `force` is set: a node may be unable to report that it doubts.
Change AcceptSnapshot(const redis::Dataset& dataset,
                      const std::vector<redis::NodeStatus>& nodes, bool force,
                      const Occasion& occasion);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_SNAPSHOT_CHANGES_H_
