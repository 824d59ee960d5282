// Shares of the questions under which groups would be used alike.
#ifndef GROUPRING_BACKEND_CHANGE_LOAD_BALANCE_H_
#define GROUPRING_BACKEND_CHANGE_LOAD_BALANCE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "backend/change/balance.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/model/group_load.h"

namespace groupring::backend {

// Whether loads say what the weights of these groups are worth:
// kFailedPrecondition names the group of which they do not, because its load is
// not known or old, its capacity is not said, or it is not wholly in service.
absl::Status CheckLoads(const std::vector<redis::WeightedGroup>& groups,
                        const redis::Dataset& dataset,
                        const redis::GroupLoads& loads, int64_t unix_millis);

// Sets what is wanted of each group: its share as it is, times what its part of
// the used capacity should be of what it is. That factor is at least a half and
// at most two, because sessions follow their clients late. REQUIRES:
// CheckLoads.
void WantEvenLoad(const redis::GroupLoads& loads,
                  const std::vector<float>& questions,
                  std::vector<BalanceGroup>* groups);

// How much each group is used, and will be with the balance.
Remark LoadRemark(const redis::GroupLoads& loads,
                  const std::vector<BalanceGroup>& groups,
                  const Balance& balance);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_LOAD_BALANCE_H_
