// Takes single addresses of a group out of answers and back:
// `<group>:DISABLED`.
//
// Errors as in group_changes.h. If all addresses are as requested already, the
// change has no writes and remarks say so.
#ifndef GROUPRING_BACKEND_CHANGE_WITHHOLDING_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_WITHHOLDING_CHANGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Each address is an address of the group or lies in one of its ranges;
// otherwise kNotFound. `until`: as ParseUntil takes it; after it they are
// answered again.
absl::StatusOr<Change> DisableAddresses(
    const redis::Dataset& dataset, const std::string& group,
    const std::vector<std::string>& addresses, std::string_view until,
    const Occasion& occasion);

// kNotFound when any of them is neither disabled nor the group's.
absl::StatusOr<Change> EnableAddresses(
    const redis::Dataset& dataset, const std::string& group,
    const std::vector<std::string>& addresses, const Occasion& occasion);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_WITHHOLDING_CHANGES_H_
