// A dataset as text, and back: the format of the state file.
// README.md beside this file is its page.
#ifndef GROUPRING_BACKEND_STATE_DATASET_TEXT_H_
#define GROUPRING_BACKEND_STATE_DATASET_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

inline constexpr int kStateFormat = 1;

struct SavedDataset {
  redis::Dataset dataset;
  int64_t saved_unix_millis = 0;
};

// A header line with format, checksum, length and time, then JSON.
std::string EncodeState(const redis::Dataset& dataset,
                        int64_t saved_unix_millis);

// kInvalidArgument: no state file of ours. kUnimplemented: of a later format.
// kDataLoss: torn or altered. Never anything but what was encoded.
absl::StatusOr<SavedDataset> DecodeState(std::string_view text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_DATASET_TEXT_H_
