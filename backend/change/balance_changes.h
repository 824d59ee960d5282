// Weights of all groups of a name at once: so that the questions which nodes
// have counted are shared as wanted, or as they are given.
//
// Errors as in group_changes.h; kFailedPrecondition: no questions have been
// counted.
#ifndef GROUPRING_BACKEND_CHANGE_BALANCE_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_BALANCE_CHANGES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/model/group_load.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

struct BalanceRequest {
  std::string name;
  // "equal", "weights" (in proportion to the weights as they are), "g1=2,g2=1";
  // "": equal, which all weights have to be then.
  std::string wanted;
  std::string span;       // "day" or "hour": the questions that count
  std::string weights;    // "g1=100,g2=50": these, whatever was counted; or ""
  std::string over = {};  // "2h": how long clients take to move; "": at once
  // "questions": these are shared as wanted; "load": sessions are, by capacity.
  std::string by = "questions";
};

// "203.0.113.0/24", "label google": whose key it is.
// `entries` may be null.
std::string AskerText(uint64_t key, const redis::AffinityEntries* entries);

// The label of which it is a key; null: it is of none, or of one that has no
// entry any more.
const redis::AffinityLabel* LabelOfKey(uint64_t key,
                                       const redis::AffinityEntries* entries);

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
