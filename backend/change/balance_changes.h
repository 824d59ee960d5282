// Weights of all groups of a name at once: so that the questions which nodes
// have counted are shared as wanted, or as they are given.
//
// Errors as in group_changes.h; kFailedPrecondition: no questions have been
// counted.
#ifndef GROUPRING_BACKEND_CHANGE_BALANCE_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_BALANCE_CHANGES_H_

#include "absl/status/statusor.h"
#include "backend/change/balance_request.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/model/group_load.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

// Groups of weight 0 stay as they are; all others are taken to be in service,
// as a group that is out for a while comes back with its weight. A course of
// weights that is running ends when weights are given; nothing else is done to
// it.
absl::StatusOr<Change> BalanceName(const redis::Dataset& dataset,
                                   const redis::TrafficProfile& traffic,
                                   const BalanceRequest& request,
                                   const Occasion& occasion = {},
                                   const redis::GroupLoads& loads = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_BALANCE_CHANGES_H_
