// The addresses that a group or a name answers: `<owner>:A`, `<owner>:AAAA`.
//
// Errors as in group_changes.h. An address is a single address or a range, as
// in redis/model/address.h; its text tells its family.
#ifndef GROUPRING_BACKEND_CHANGE_ADDRESS_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_ADDRESS_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// `owner`: a group, or a name that answers from sets of its own. With `create`
// the owner may be a group that is on no name yet.
absl::StatusOr<Change> AddAddresses(const redis::Dataset& dataset,
                                    const std::string& owner,
                                    const std::vector<std::string>& addresses,
                                    bool create);

// kNotFound: one of the addresses is not in the owner's sets; then nothing is
// removed.
absl::StatusOr<Change> RemoveAddresses(
    const redis::Dataset& dataset, const std::string& owner,
    const std::vector<std::string>& addresses);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_ADDRESS_CHANGES_H_
