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
  // Writes the record; it replaces an earlier record of the same path.
  absl::Status Keep(const SetupRecord& record) const;
  // Removes the record of that file, and with the last record the directory.
  absl::Status Forget(const std::string& path) const;
  // The path of the copy of the file as it was before setup.
  absl::StatusOr<std::string> CopyOf(const std::string& path) const;

 private:
  // "<directory>/2", of which there are .path, .before and .after.
  absl::StatusOr<std::string> StemOf(const std::string& path) const;

  std::string directory_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_SETUP_FILES_H_
