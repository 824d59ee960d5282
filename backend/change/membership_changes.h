// Which groups are on the ring of a name, and with which weight:
// `<name>:GROUPS` and `<name>:WEIGHTS`.
//
// Errors as in group_changes.h.
#ifndef GROUPRING_BACKEND_CHANGE_MEMBERSHIP_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_MEMBERSHIP_CHANGES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Names with equal groups and weights send a client to the same group; clients
// that use several of them may rely on that. Remarks on those that the name, as
// it is before the change, has its ring in common with.
void RemarkOnRingMates(const redis::Dataset& dataset,
                       const redis::NameData& name, Change* change);

// `weight`: a whole number, 0…1000.
absl::StatusOr<Change> SetWeight(const redis::Dataset& dataset,
                                 std::string_view name,
                                 const std::string& group,
                                 std::string_view weight);

// With `create` the name or the group may be new. An empty `weight` is the
// default. `over`: a duration for ParseDuration over which the group fills from
// nothing (it must be on no other name); empty: it answers at once.
absl::StatusOr<Change> AddGroup(const redis::Dataset& dataset,
                                std::string_view name, const std::string& group,
                                std::string_view weight, std::string_view over,
                                bool create, const Occasion& occasion);

absl::StatusOr<Change> RemoveGroup(const redis::Dataset& dataset,
                                   std::string_view name,
                                   const std::string& group);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_MEMBERSHIP_CHANGES_H_
