// Groups in and out of service: what to write to `<group>:STATE`.
//
// A group may be on no name yet.
//
// Errors: kNotFound for an unknown group, kInvalidArgument for a malformed
// operand. If the group is in the requested state already, the change has no
// writes and a remark says so.
#ifndef GROUPRING_BACKEND_CHANGE_GROUP_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_GROUP_CHANGES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// `until`: as ParseUntil takes it; past it the group is enabled again.
absl::StatusOr<Change> DisableGroup(const redis::Dataset& dataset,
                                    const std::string& name,
                                    std::string_view until,
                                    const Occasion& occasion);

absl::StatusOr<Change> EnableGroup(const redis::Dataset& dataset,
                                   const std::string& name,
                                   const Occasion& occasion);

// Moves clients away (or back) a few at a time, over a duration as
// ParseDuration takes it. A ramp that begins while the group is on another one
// goes on from the share that it has: no client moves at once.
absl::StatusOr<Change> DrainGroup(const redis::Dataset& dataset,
                                  const std::string& group,
                                  std::string_view over, std::string_view until,
                                  const Occasion& occasion);
absl::StatusOr<Change> FillGroup(const redis::Dataset& dataset,
                                 const std::string& group,
                                 std::string_view over, std::string_view until,
                                 const Occasion& occasion);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_GROUP_CHANGES_H_
