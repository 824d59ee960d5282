// The files that `groupring setup` reads and writes, and what it keeps to take
// it back: a directory beside the settings with a record for each file.
#ifndef GROUPRING_BACKEND_PROGRAM_SETUP_FILES_H_
#define GROUPRING_BACKEND_PROGRAM_SETUP_FILES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/setup/setup_plan.h"

namespace groupring::backend {

// The text; nothing when there is no such file. kPermissionDenied and others:
// it cannot be read.
absl::StatusOr<std::optional<std::string>> ReadIfThere(const std::string& path);

// Puts the text in place of the file at once, with the owner and mode of the
// one that is there. A new one gets the owner and group of its directory, and
// 0640; one of PowerDNS that no secret is in, 0644 (`world_readable`).
absl::Status ReplaceFile(const std::string& path, const std::string& text,
                         bool world_readable);

class SetupRecords {
 public:
  // Beside that settings file.
  explicit SetupRecords(const std::string& settings_file);

  const std::string& directory() const { return directory_; }

  // In the order in which they were kept.
  absl::StatusOr<std::vector<SetupRecord>> Read() const;
  // In place of the one of the same path, if there is one.
  absl::Status Keep(const SetupRecord& record) const;
  // And the directory with the last one.
  absl::Status Forget(const std::string& path) const;
  // The file that holds what stood there before.
  absl::StatusOr<std::string> CopyOf(const std::string& path) const;

 private:
  // "<directory>/2", of which there are .path, .before and .after.
  absl::StatusOr<std::string> StemOf(const std::string& path) const;

  std::string directory_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_SETUP_FILES_H_
