// The last good dataset on disk, for a start without Redis. README.md beside
// this file is the page of the format.
#ifndef GROUPRING_BACKEND_STATE_STATE_FILE_H_
#define GROUPRING_BACKEND_STATE_STATE_FILE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/state/health_json.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// The format that is written; every earlier one is read.
inline constexpr int kStateFormat = 4;

struct SavedDataset {
  redis::Dataset dataset;
  int64_t saved_unix_millis = 0;
  SavedHealth health = {};
};

// A header line with format, checksum, length and time, then JSON.
std::string EncodeState(const redis::Dataset& dataset,
                        int64_t saved_unix_millis,
                        const SavedHealth& health = {});

// The text to append to the encoded `before` (EncodeState, and changes since),
// so that DecodeState of the whole finds `now`. Its cost depends on the changes
// only.
std::string EncodeChanges(const SavedDataset& before, const SavedDataset& now);

// Changes are read up to the first one that is torn or altered.
// kInvalidArgument: not a state file. kUnimplemented: a later format.
// kDataLoss: torn or altered.
absl::StatusOr<SavedDataset> DecodeState(std::string_view text);

// "<directory>/dataset.state".
std::string StateFilePath(const std::string& directory);

// Replaces the file as a whole or not at all: writes a file without a name,
// syncs it, names it and renames it. Where the file system has no such files, a
// writer that is killed leaves one beside it. The directory must exist. Mode
// 0600.
absl::Status WriteStateFile(const std::string& path, const std::string& text);

// Appends to a file of that size, and syncs it. kAborted: another process has
// written the file since.
absl::Status AppendStateFile(const std::string& path, size_t size,
                             const std::string& text);

// Removes what writers that were killed have left beside the state file.
void RemoveUnfinishedStateFiles(const std::string& path,
                                int64_t now_unix_millis);

// kNotFound: there is none. kInvalidArgument: it is no regular file.
// kFailedPrecondition: saved longer ago than `max_age` (0: any age will do), or
// in the future by more than an hour. Otherwise as DecodeState; every message
// names the file.
absl::StatusOr<SavedDataset> ReadStateFile(const std::string& path,
                                           std::chrono::milliseconds max_age,
                                           int64_t now_unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_STATE_FILE_H_
