// The JSON inside a state file.
#ifndef GROUPRING_BACKEND_STATE_DATASET_JSON_H_
#define GROUPRING_BACKEND_STATE_DATASET_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/state/health_json.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// One line without a newline, the same for equal datasets and health. Bytes
// that are not UTF-8 are replaced.
std::string DatasetToJson(const redis::Dataset& dataset,
                          const SavedHealth& health = {});

// The JSON of a state file of that format, 1 … kStateFormat. kDataLoss, with
// what is wrong, for JSON that DatasetToJson of that format does not make.
// The health of that dataset, if there is one, goes to *health unless that is
// null; health that makes no sense is none.
absl::StatusOr<redis::Dataset> DatasetFromJson(std::string_view text,
                                               int format,
                                               SavedHealth* health = nullptr);

// The changes from `before` to `now`, new values as in DatasetToJson, and the
// health of `now`. Its cost depends on the changes only.
std::string ChangesToJson(const redis::Dataset& before,
                          const redis::Dataset& now,
                          const SavedHealth& health = {});

// Applies the changes to both. Errors are those of DatasetFromJson; then
// neither is changed.
absl::Status ChangesFromJson(std::string_view text, int format,
                             redis::Dataset* dataset, SavedHealth* health);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_DATASET_JSON_H_
