// Messages with file descriptors between two processes of this machine.
#ifndef GROUPRING_BACKEND_HANDOVER_FD_CHANNEL_H_
#define GROUPRING_BACKEND_HANDOVER_FD_CHANNEL_H_

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// One end of a SOCK_SEQPACKET unix socket. Movable; not thread-safe.
class FdChannel {
 public:
  static constexpr size_t kMaxTextBytes = size_t{16} * 1024;
  static constexpr size_t kMaxDescriptors = 64;

  struct Message {
    std::string text;
    std::vector<FileDescriptor> fds;  // closed on exec
  };

  FdChannel() = default;
  explicit FdChannel(FileDescriptor fd) : fd_(std::move(fd)) {}

  // Two ends of one channel.
  static absl::StatusOr<std::pair<FdChannel, FdChannel>> Pair();
  // To the socket at `path`. kNotFound, kUnavailable: nobody is there.
  static absl::StatusOr<FdChannel> Connect(const std::string& path);

  // Text longer than a message is cut. kUnavailable: the peer is gone or does
  // not read.
  absl::Status Send(std::string_view text, const std::vector<int>& fds = {});

  // kDeadlineExceeded: nothing came in so long. kUnavailable: the peer is gone.
  absl::StatusOr<Message> Receive(std::chrono::milliseconds limit);

  // Receives nothing that is sent from now on; what was sent before can still
  // be received. A peer that sends later gets an error, so both sides agree on
  // what was received.
  void Seal();

  // The process at the other end, as it was when the channel was made; 0:
  // unknown.
  pid_t peer() const;

  bool valid() const { return fd_.valid(); }
  int fd() const { return fd_.get(); }
  FileDescriptor Take() { return std::move(fd_); }
  void Close() { fd_.Reset(); }

 private:
  FileDescriptor fd_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HANDOVER_FD_CHANNEL_H_
