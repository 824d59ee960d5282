// The last good dataset on disk, for a start without Redis.
#ifndef GROUPRING_BACKEND_STATE_STATE_FILE_H_
#define GROUPRING_BACKEND_STATE_STATE_FILE_H_

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/state/dataset_text.h"

namespace groupring::backend {

// "<directory>/dataset.state".
std::string StateFilePath(const std::string& directory);

// Replaces the file as a whole or not at all: writes beside it, syncs,
// renames. The directory must exist. Mode 0600.
absl::Status WriteStateFile(const std::string& path, const std::string& text);

// kNotFound: there is none. kFailedPrecondition: saved longer ago than
// `max_age` (0: any age will do), or in the future by more than an hour.
// Otherwise as DecodeState; every message names the file.
absl::StatusOr<SavedDataset> ReadStateFile(const std::string& path,
                                           std::chrono::milliseconds max_age,
                                           int64_t now_unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_STATE_FILE_H_
