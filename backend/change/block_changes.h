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

// Adds the address to the skip list of every zone's apex and of every dynamic
// name outside all zones; with `name`, to the skip list of that name only.
absl::StatusOr<Change> BlockAddress(const redis::Dataset& dataset,
                                    const std::string& address,
                                    std::string_view name);

// The keys of all skip lists that block the whole address or range; with
// `name`, only the key of that name's list. Empty if the operands are
// malformed; UnblockAddress reports that.
std::vector<std::string> SkipListsThatBlock(const redis::Dataset& dataset,
                                            const std::string& address,
                                            std::string_view name);

// Removes the address from every skip list that has it; with `name`, from the
// list of that name only. `lists`: the members of the lists of
// SkipListsThatBlock, by key, spelt as in Redis. kNotFound: no list has it; if
// a range covers it, the error names the range.
absl::StatusOr<Change> UnblockAddress(
    const redis::Dataset& dataset, const std::string& address,
    std::string_view name,
    const std::map<std::string, std::vector<std::string>>& lists);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_BLOCK_CHANGES_H_
