// What a name answers with: `<name>:CONFIG`, and the name as a whole.
//
// Errors as in group_changes.h.
#ifndef GROUPRING_BACKEND_CHANGE_NAME_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_NAME_CHANGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// `assignments`: KEY=VALUE; KEY= removes the key, so that its default holds.
// Keys: SOA, NS, TTL, ANSWER, ANSWERS, ON_EMPTY, PANIC, RECORDS, in any case.
// With `create` the name may be new.
absl::StatusOr<Change> SetName(const redis::Dataset& dataset,
                               std::string_view name,
                               const std::vector<std::string>& assignments,
                               bool create);

// Removes all keys of the name, except sets of addresses that a group of the
// same name uses.
absl::StatusOr<Change> RemoveName(const redis::Dataset& dataset,
                                  std::string_view name);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_NAME_CHANGES_H_
