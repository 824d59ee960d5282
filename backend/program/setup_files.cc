#include "backend/program/setup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

absl::Status Failed(const std::string& what, int error_number) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, ": ", ErrnoText(error_number)));
}

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadIfThere(
    const std::string& path) {
  std::error_code error;
  const bool there = std::filesystem::exists(path, error);
  if (error) return Failed(path + " cannot be looked at", error.value());
  if (!there) return std::nullopt;
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Failed(path + " cannot be read", errno);
  return text.str();
}

absl::Status ReplaceFile(const std::string& path, const std::string& text,
                         bool world_readable) {
  const std::filesystem::path directory =
      std::filesystem::path(path).parent_path();
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Failed(directory.string(), error.value());
  struct stat like {};
  mode_t mode = world_readable ? 0644 : 0640;
  if (stat(path.c_str(), &like) == 0) {
    mode = like.st_mode & 07777;
  } else if (stat(directory.c_str(), &like) != 0) {
    return Failed(directory.string(), errno);
  }
  const std::string fresh = path + ".setup-new";
  unlink(fresh.c_str());
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                      S_IRUSR | S_IWUSR);
  if (fd < 0) return Failed(fresh, errno);
  size_t written = 0;
  int failure = 0;
  while (written < text.size() && failure == 0) {
    const ssize_t more =
        write(fd, text.data() + written, text.size() - written);
    if (more < 0) {
      if (errno != EINTR) failure = errno;
    } else {
      written += static_cast<size_t>(more);
    }
  }
  // Without the right to give it away it stays ours, like all that we write.
  if (failure == 0 && geteuid() == 0 &&
      fchown(fd, like.st_uid, like.st_gid) != 0) {
    failure = errno;
  }
  if (failure == 0 && fchmod(fd, mode) != 0) failure = errno;
  if (failure == 0 && fsync(fd) != 0) failure = errno;
  close(fd);
  if (failure == 0 && rename(fresh.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return absl::OkStatus();
  unlink(fresh.c_str());
  return Failed(path + " cannot be written", failure);
}

SetupRecords::SetupRecords(const std::string& settings_file)
    : directory_(std::filesystem::path(settings_file).parent_path() /
                 "setup.undo") {}

absl::StatusOr<std::vector<SetupRecord>> SetupRecords::Read() const {
  std::vector<SetupRecord> records;
  for (int number = 1;; ++number) {
    const std::string stem = absl::StrCat(directory_, "/", number);
    const auto path = ReadIfThere(stem + ".path");
    if (!path.ok()) return path.status();
    if (!path->has_value()) return records;
    const auto before = ReadIfThere(stem + ".before");
    if (!before.ok()) return before.status();
    const auto after = ReadIfThere(stem + ".after");
    if (!after.ok()) return after.status();
    // "" is one that was taken back.
    if (**path == "") continue;
    records.push_back({**path, *before, after->value_or("")});
  }
}

absl::StatusOr<std::string> SetupRecords::StemOf(
    const std::string& path) const {
  for (int number = 1;; ++number) {
    const std::string stem = absl::StrCat(directory_, "/", number);
    const auto taken = ReadIfThere(stem + ".path");
    if (!taken.ok()) return taken.status();
    if (!taken->has_value()) return stem;
    if (**taken == path) return stem;
  }
}

absl::Status SetupRecords::Keep(const SetupRecord& record) const {
  const absl::StatusOr<std::string> stem = StemOf(record.path);
  if (!stem.ok()) return stem.status();
  unlink((*stem + ".before").c_str());
  // The path comes last: without it there is no record.
  absl::Status status = ReplaceFile(*stem + ".after", record.after, false);
  if (status.ok() && record.before) {
    status = ReplaceFile(*stem + ".before", *record.before, false);
  }
  if (status.ok()) status = ReplaceFile(*stem + ".path", record.path, false);
  return status;
}

absl::Status SetupRecords::Forget(const std::string& path) const {
  const absl::StatusOr<std::string> stem = StemOf(path);
  if (!stem.ok()) return stem.status();
  unlink((*stem + ".before").c_str());
  unlink((*stem + ".after").c_str());
  const absl::Status status = ReplaceFile(*stem + ".path", "", false);
  if (!status.ok()) return status;
  const auto left = Read();
  if (left.ok() && left->empty()) {
    std::error_code error;
    std::filesystem::remove_all(directory_, error);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> SetupRecords::CopyOf(
    const std::string& path) const {
  const absl::StatusOr<std::string> stem = StemOf(path);
  if (!stem.ok()) return stem.status();
  return *stem + ".before";
}

}  // namespace groupring::backend
