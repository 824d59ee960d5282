// Finds the names and groups that an operator means, and suggests the nearest
// for unknown ones.
#ifndef GROUPRING_BACKEND_CHANGE_FIND_H_
#define GROUPRING_BACKEND_CHANGE_FIND_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// kNotFound with the nearest of the known groups or names (sorted), and what to
// do next. `name` is canonical.
absl::Status UnknownGroup(const std::string& group,
                          const std::vector<std::string>& known);
absl::Status UnknownName(const std::string& name,
                         const std::vector<std::string>& known);

// UnknownGroup if the dataset does not have it.
absl::StatusOr<std::shared_ptr<const redis::GroupData>> FindGroup(
    const redis::Dataset& dataset, const std::string& group);

// `name` is in any case, with or without trailing dot. UnknownName if the
// dataset does not have it.
absl::StatusOr<std::shared_ptr<const redis::NameData>> FindName(
    const redis::Dataset& dataset, std::string_view name);

// The canonical form of a name that may not exist yet. kInvalidArgument: it is
// no DNS name.
absl::StatusOr<std::string> CheckName(std::string_view name);

// Sorted.
std::vector<std::string> GroupNames(const redis::Dataset& dataset);
std::vector<std::string> Names(const redis::Dataset& dataset);

// Whether any name refers to the group.
bool IsOnName(const redis::Dataset& dataset, const std::string& group);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_FIND_H_
