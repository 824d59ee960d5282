// Addresses never answered: `<name>:A:SKIPLIST`, `<name>:AAAA:SKIPLIST`.
//
// Errors as in group_changes.h.
#ifndef GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_

#include <map>
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
                                    std::string_view name);

// The keys of the skip lists that block all of the address, at every name; with
// `name` that of this name only. Empty if the operands make no sense, which
// UnblockAddress reports.
std::vector<std::string> SkipListsThatBlock(const redis::Dataset& dataset,
                                            const std::string& address,
                                            std::string_view name);

// Out of every skip list where it stands; with `name` out of that of this name
// only. `lists`: the members of SkipListsThatBlock, by key and exactly as they
// stand in Redis. kNotFound when it stands in none of them; if a range covers
// it, the error names the range.
absl::StatusOr<Change> UnblockAddress(
    const redis::Dataset& dataset, const std::string& address,
    std::string_view name,
    const std::map<std::string, std::vector<std::string>>& lists);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_
