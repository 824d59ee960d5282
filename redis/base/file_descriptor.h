// Owns a file descriptor.
#ifndef GROUPRING_REDIS_BASE_FILE_DESCRIPTOR_H_
#define GROUPRING_REDIS_BASE_FILE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace groupring {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~FileDescriptor() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

  // Closes the descriptor that it owns and owns `fd` instead.
  void Reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

  // Gives the descriptor to the caller, who must close it.
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_FILE_DESCRIPTOR_H_
