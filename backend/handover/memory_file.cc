#include "backend/handover/memory_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {

absl::StatusOr<FileDescriptor> MakeMemoryFile(std::string_view bytes) {
  FileDescriptor fd(memfd_create("groupring", MFD_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "memfd_create");
  while (!bytes.empty()) {
    const ssize_t size = write(fd.get(), bytes.data(), bytes.size());
    if (size < 0 && errno != EINTR) return ErrnoStatus(errno, "memory file");
    if (size > 0) bytes.remove_prefix(static_cast<size_t>(size));
  }
  return fd;
}

absl::StatusOr<std::string> ReadMemoryFile(int fd) {
  struct stat file;
  if (fstat(fd, &file) != 0) return ErrnoStatus(errno, "memory file");
  if (!S_ISREG(file.st_mode)) {
    return absl::InvalidArgumentError("no memory file");
  }
  std::string bytes(static_cast<size_t>(file.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t size = pread(fd, bytes.data() + done, bytes.size() - done,
                               static_cast<off_t>(done));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ErrnoStatus(errno, "memory file");
    if (size == 0) return absl::DataLossError("memory file cut short");
    done += static_cast<size_t>(size);
  }
  return bytes;
}

}  // namespace groupring::backend
