// The JSON inside a state file.
#ifndef GROUPRING_BACKEND_STATE_DATASET_JSON_H_
#define GROUPRING_BACKEND_STATE_DATASET_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

nlohmann::json DatasetToJson(const redis::Dataset& dataset);

// kDataLoss, with what is wrong, for JSON that DatasetToJson does not make.
absl::StatusOr<redis::Dataset> DatasetFromJson(const nlohmann::json& json);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_DATASET_JSON_H_
