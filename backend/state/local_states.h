// Groups that are out of service on one node only, on disk. README.md beside
// this file is the page of the format.
#ifndef GROUPRING_BACKEND_STATE_LOCAL_STATES_H_
#define GROUPRING_BACKEND_STATE_LOCAL_STATES_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// By group. Each is disabled, has an end and is of this node.
using LocalStates = std::map<std::string, redis::GroupState>;

std::string EncodeLocalStates(const LocalStates& states);

// kDataLoss: it is none of ours.
absl::StatusOr<LocalStates> DecodeLocalStates(std::string_view text);

// "<directory>/local.state".
std::string LocalStatesPath(const std::string& directory);

// None where there is no file.
absl::StatusOr<LocalStates> ReadLocalStates(const std::string& path);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_LOCAL_STATES_H_
