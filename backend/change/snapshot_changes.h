// The operator's word on data that nodes do not believe.
#ifndef GROUPRING_BACKEND_CHANGE_SNAPSHOT_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_SNAPSHOT_CHANGES_H_

#include <vector>

#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// What Redis holds now is meant: nodes that doubt it shall answer from it.
// Nothing is written where nodes are alive and none of them doubts, unless
// `force`: some node may not be able to say so.
Change AcceptSnapshot(const redis::Dataset& dataset,
                      const std::vector<redis::NodeStatus>& nodes, bool force,
                      const Occasion& occasion);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_SNAPSHOT_CHANGES_H_
