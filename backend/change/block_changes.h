// Addresses never answered: `<name>:A:SKIPLIST`, `<name>:AAAA:SKIPLIST`.
//
// Errors as in group_changes.h.
#ifndef GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Into the skip list of every zone's apex, and of every dynamic name that is
// in no zone; with `name` into that of this name only.
absl::StatusOr<Change> BlockAddress(const redis::Dataset& dataset,
                                    const std::string& address,
                                    std::string_view name,
                                    const Occasion& occasion);

// The members of a set, word for word as they stand in Redis.
using ReadSet = std::function<absl::StatusOr<std::vector<std::string>>(
    const std::string& key)>;

// Out of every skip list where it stands; with `name` out of that of this name
// only. kNotFound when it stands in none; should a range cover it, the error
// names that.
absl::StatusOr<Change> UnblockAddress(const redis::Dataset& dataset,
                                      const std::string& address,
                                      std::string_view name,
                                      const ReadSet& read_set,
                                      const Occasion& occasion);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_
