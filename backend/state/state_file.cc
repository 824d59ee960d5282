#include "backend/state/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/state/dataset_json.h"
#include "redis/base/errno_status.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kMagic = "groupring-state ";
// A state file has its first line end within this many bytes.
constexpr size_t kMaxHeader = 128;

unsigned long long Checksum(std::string_view body) {
  return XXH64(body.data(), body.size(), 0);
}

// How far a clock may have been set back between a save and a start.
constexpr int64_t kClockSlackMillis = 3600 * 1000;

absl::Status SystemError(const std::string& path, const char* doing) {
  return absl::InternalError(
      absl::StrFormat("%s cannot be %s: %s", path, doing, ErrnoText(errno)));
}

absl::Status WriteAll(int fd, const std::string& text,
                      const std::string& path) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = write(fd, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(path, "written");
    written += static_cast<size_t>(n);
  }
  if (fsync(fd) != 0) return SystemError(path, "written");
  return absl::OkStatus();
}

absl::Status Refused(const std::string& path, const absl::Status& why) {
  return {why.code(), absl::StrFormat("%s is not used: %s", path,
                                      std::string(why.message()))};
}

}  // namespace

std::string EncodeState(const redis::Dataset& dataset,
                        int64_t saved_unix_millis) {
  const std::string body = DatasetToJson(dataset) + "\n";
  return absl::StrFormat("%s%d %016x %d %d\n", std::string(kMagic),
                         kStateFormat, Checksum(body), body.size(),
                         saved_unix_millis) +
         body;
}

absl::StatusOr<SavedDataset> DecodeState(std::string_view text) {
  const size_t end = text.substr(0, kMaxHeader).find('\n');
  if (!text.starts_with(kMagic) || end == std::string_view::npos) {
    return absl::InvalidArgumentError("it is no state file of groupring");
  }
  const std::string header(text.substr(kMagic.size(), end - kMagic.size()));
  int format = 0;
  unsigned long long checksum = 0;
  unsigned long long size = 0;
  long long saved = 0;
  const int fields = std::sscanf(header.c_str(), "%9d %16llx %19llu %19lld",
                                 &format, &checksum, &size, &saved);
  if (fields >= 1 && format > kStateFormat) {
    return absl::UnimplementedError(absl::StrFormat(
        "it is of format %d, from a later groupring; this one knows formats up "
        "to %d",
        format, kStateFormat));
  }
  if (fields != 4 || format < 1) {
    return absl::InvalidArgumentError("its first line is malformed");
  }
  const std::string_view body = text.substr(end + 1);
  if (body.size() != size) {
    return absl::DataLossError(absl::StrFormat(
        "it is torn: %d bytes where there should be %d", body.size(), size));
  }
  if (Checksum(body) != checksum) {
    return absl::DataLossError("it was altered: its checksum is wrong");
  }
  absl::StatusOr<redis::Dataset> dataset = DatasetFromJson(body, format);
  if (!dataset.ok()) return dataset.status();
  return SavedDataset{*std::move(dataset), saved};
}

std::string StateFilePath(const std::string& directory) {
  return directory + "/dataset.state";
}

absl::Status WriteStateFile(const std::string& path, const std::string& text) {
  // Several coprocesses may save at once, each to a file of its own.
  const std::string beside = absl::StrFormat("%s.new.%d", path, getpid());
  {
    const FileDescriptor fd(open(beside.c_str(),
                                 O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                 S_IRUSR | S_IWUSR));
    if (fd.get() < 0) return SystemError(beside, "opened");
    const absl::Status status = WriteAll(fd.get(), text, beside);
    if (!status.ok()) {
      unlink(beside.c_str());
      return status;
    }
  }
  if (rename(beside.c_str(), path.c_str()) != 0) {
    return SystemError(path, "replaced");
  }
  // The new name, too, must survive a loss of power.
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const FileDescriptor directory(
      open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || fsync(directory.get()) != 0) {
    return SystemError(parent, "synced");
  }
  return absl::OkStatus();
}

absl::StatusOr<SavedDataset> ReadStateFile(const std::string& path,
                                           std::chrono::milliseconds max_age,
                                           int64_t now_unix_millis) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return absl::NotFoundError(
        absl::StrFormat("%s cannot be read: %s", path, ErrnoText(errno)));
  }
  std::ostringstream text;
  text << in.rdbuf();
  absl::StatusOr<SavedDataset> saved = DecodeState(text.str());
  if (!saved.ok()) return Refused(path, saved.status());

  const int64_t age = now_unix_millis - saved->saved_unix_millis;
  if (age < -kClockSlackMillis) {
    return Refused(path,
                   absl::FailedPreconditionError(
                       "it was saved in the future; is the clock right?"));
  }
  if (max_age.count() != 0 && age > max_age.count()) {
    return Refused(
        path, absl::FailedPreconditionError(absl::StrFormat(
                  "it was saved %d hours ago; [state] max_age_hours allows %d",
                  age / 3600000, max_age.count() / 3600000)));
  }
  return saved;
}

}  // namespace groupring::backend
