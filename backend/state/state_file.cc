#include "backend/state/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
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

// Stands between the name of a state file and the number of the process that
// writes its successor.
constexpr std::string_view kBeside = ".new.";
// Nobody takes so long to write one.
constexpr int64_t kUnfinishedMillis = 60 * 1000;

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

// Writes a file that has no name until it is complete, so that a writer that is
// killed leaves nothing. kUnimplemented: this file system has no such files.
absl::Status WriteUnnamed(const std::string& directory, const std::string& name,
                          const std::string& text) {
  const FileDescriptor fd(open(
      directory.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!fd.valid()) {
    const bool lacking = errno == EOPNOTSUPP || errno == EISDIR;
    return lacking ? absl::UnimplementedError("no files without a name")
                   : SystemError(name, "opened");
  }
  const absl::Status status = WriteAll(fd.get(), text, name);
  if (!status.ok()) return status;
  // Left by an earlier process with the same number, which was killed.
  unlink(name.c_str());
  const std::string ours = absl::StrFormat("/proc/self/fd/%d", fd.get());
  if (linkat(AT_FDCWD, ours.c_str(), AT_FDCWD, name.c_str(),
             AT_SYMLINK_FOLLOW) == 0) {
    return absl::OkStatus();
  }
  return errno == ENOENT ? absl::UnimplementedError("/proc is not mounted")
                         : SystemError(name, "named");
}

absl::Status WriteNamed(const std::string& name, const std::string& text) {
  const FileDescriptor fd(open(name.c_str(),
                               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                               S_IRUSR | S_IWUSR));
  if (!fd.valid()) return SystemError(name, "opened");
  const absl::Status status = WriteAll(fd.get(), text, name);
  if (!status.ok()) unlink(name.c_str());
  return status;
}

// The whole of a regular file. Nothing else is read, since opening a FIFO waits
// for a writer, and a device may never end.
absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  const FileDescriptor fd(
      open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat facts;
  if (!fd.valid() || fstat(fd.get(), &facts) != 0) {
    return absl::NotFoundError(
        absl::StrFormat("%s cannot be read: %s", path, ErrnoText(errno)));
  }
  if (!S_ISREG(facts.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is not used: it is no regular file", path));
  }
  std::string text;
  text.resize(static_cast<size_t>(facts.st_size));
  size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t n =
        read(fd.get(), text.data() + filled, text.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return absl::NotFoundError(
          absl::StrFormat("%s cannot be read: %s", path, ErrnoText(errno)));
    }
    if (n == 0) break;  // cut off meanwhile; its length tells
    filled += static_cast<size_t>(n);
  }
  text.resize(filled);
  return text;
}

absl::Status Refused(const std::string& path, const absl::Status& why) {
  return {why.code(), absl::StrFormat("%s is not used: %s", path,
                                      std::string(why.message()))};
}

}  // namespace

namespace {

// In the same memory: of many names it is a lot.
std::string Part(std::string json, int64_t saved_unix_millis) {
  json += '\n';
  json.insert(0, absl::StrFormat("%s%d %016x %d %d\n", std::string(kMagic),
                                 kStateFormat, Checksum(json), json.size(),
                                 saved_unix_millis));
  return json;
}

struct PartRead {
  int format = 0;
  int64_t saved_unix_millis = 0;
  std::string_view body;
};

// The part that begins the text, which is taken off.
absl::StatusOr<PartRead> TakePart(std::string_view* text) {
  const size_t end = text->substr(0, kMaxHeader).find('\n');
  if (!text->starts_with(kMagic) || end == std::string_view::npos) {
    return absl::InvalidArgumentError("it is no state file of groupring");
  }
  const std::string header(text->substr(kMagic.size(), end - kMagic.size()));
  PartRead part;
  unsigned long long checksum = 0;
  unsigned long long size = 0;
  long long saved = 0;
  const int fields = std::sscanf(header.c_str(), "%9d %16llx %19llu %19lld",
                                 &part.format, &checksum, &size, &saved);
  if (fields >= 1 && part.format > kStateFormat) {
    return absl::UnimplementedError(absl::StrFormat(
        "it is of format %d, from a later groupring; this one knows formats up "
        "to %d",
        part.format, kStateFormat));
  }
  if (fields != 4 || part.format < 1) {
    return absl::InvalidArgumentError("its first line is malformed");
  }
  part.saved_unix_millis = saved;
  text->remove_prefix(end + 1);
  // Changes follow from format 3 on.
  if (part.format < 3 ? text->size() != size : text->size() < size) {
    return absl::DataLossError(absl::StrFormat(
        "it is torn: %d bytes where there should be %d", text->size(), size));
  }
  part.body = text->substr(0, size);
  text->remove_prefix(size);
  if (Checksum(part.body) != checksum) {
    return absl::DataLossError("it was altered: its checksum is wrong");
  }
  return part;
}

}  // namespace

std::string EncodeState(const redis::Dataset& dataset,
                        int64_t saved_unix_millis, const SavedHealth& health) {
  return Part(DatasetToJson(dataset, health), saved_unix_millis);
}

std::string EncodeChanges(const SavedDataset& before, const SavedDataset& now) {
  return Part(ChangesToJson(before.dataset, now.dataset, now.health),
              now.saved_unix_millis);
}

absl::StatusOr<SavedDataset> DecodeState(std::string_view text) {
  const absl::StatusOr<PartRead> whole = TakePart(&text);
  if (!whole.ok()) return whole.status();
  SavedHealth health;
  absl::StatusOr<redis::Dataset> dataset =
      DatasetFromJson(whole->body, whole->format, &health);
  if (!dataset.ok()) return dataset.status();
  SavedDataset saved{*std::move(dataset), whole->saved_unix_millis,
                     std::move(health)};
  // A process that was killed while it wrote changes leaves a part that is
  // torn, and what was saved before is whole.
  while (!text.empty()) {
    const absl::StatusOr<PartRead> part = TakePart(&text);
    if (!part.ok() || !ChangesFromJson(part->body, part->format, &saved.dataset,
                                       &saved.health)
                           .ok()) {
      break;
    }
    saved.saved_unix_millis = part->saved_unix_millis;
  }
  return saved;
}

std::string StateFilePath(const std::string& directory) {
  return directory + "/dataset.state";
}

absl::Status WriteStateFile(const std::string& path, const std::string& text) {
  // Several coprocesses may save at once, each to a file of its own.
  const std::string beside = absl::StrFormat("%s%s%d", path, kBeside, getpid());
  const std::string parent = std::filesystem::path(path).parent_path().string();
  absl::Status status = WriteUnnamed(parent, beside, text);
  // Not every file system has files without a name.
  if (absl::IsUnimplemented(status)) status = WriteNamed(beside, text);
  if (!status.ok()) return status;
  if (rename(beside.c_str(), path.c_str()) != 0) {
    return SystemError(path, "replaced");
  }
  // The new name, too, must survive a loss of power.
  const FileDescriptor directory(
      open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || fsync(directory.get()) != 0) {
    return SystemError(parent, "synced");
  }
  return absl::OkStatus();
}

absl::Status AppendStateFile(const std::string& path, size_t size,
                             const std::string& text) {
  const FileDescriptor fd(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  struct stat facts;
  if (!fd.valid() || fstat(fd.get(), &facts) != 0) {
    return SystemError(path, "opened");
  }
  if (!S_ISREG(facts.st_mode) || static_cast<size_t>(facts.st_size) != size) {
    return absl::AbortedError(
        absl::StrFormat("%s was written by somebody else", path));
  }
  return WriteAll(fd.get(), text, path);
}

void RemoveUnfinishedStateFiles(const std::string& path,
                                int64_t now_unix_millis) {
  const std::filesystem::path file(path);
  const std::string prefix = file.filename().string() + std::string(kBeside);
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(file.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    pid_t writer = 0;
    struct stat facts;
    if (!name.starts_with(prefix) ||
        !absl::SimpleAtoi(name.substr(prefix.size()), &writer) || writer <= 0 ||
        lstat(entry.path().c_str(), &facts) != 0) {
      continue;
    }
    // A process of another container may write here and not be seen from here.
    const bool ended = kill(writer, 0) != 0 && errno == ESRCH;
    const int64_t age = now_unix_millis - facts.st_mtim.tv_sec * 1000;
    if (ended && age > kUnfinishedMillis) unlink(entry.path().c_str());
  }
}

absl::StatusOr<SavedDataset> ReadStateFile(const std::string& path,
                                           std::chrono::milliseconds max_age,
                                           int64_t now_unix_millis) {
  const absl::StatusOr<std::string> text = ReadWhole(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<SavedDataset> saved = DecodeState(*text);
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
