#include "backend/handover/fd_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_format.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr int kType = SOCK_SEQPACKET | SOCK_CLOEXEC;

// A peer that does not read is no reason to stand still.
constexpr int kSendLimitMillis = 1000;

absl::Status Gone() {
  return absl::UnavailableError("the other process is gone");
}

// Room for the descriptors of one message.
union ControlBuffer {
  char bytes[CMSG_SPACE(FdChannel::kMaxDescriptors * sizeof(int))];
  cmsghdr alignment;
};

void AttachDescriptors(const std::vector<int>& fds, ControlBuffer* buffer,
                       msghdr* message) {
  if (fds.empty()) return;
  const size_t size = fds.size() * sizeof(int);
  message->msg_control = buffer->bytes;
  message->msg_controllen = CMSG_SPACE(size);
  cmsghdr* const header = CMSG_FIRSTHDR(message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(header), fds.data(), size);
}

std::vector<FileDescriptor> DetachDescriptors(msghdr* message) {
  std::vector<FileDescriptor> fds;
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr;
       header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      fds.emplace_back(fd);
    }
  }
  return fds;
}

}  // namespace

absl::StatusOr<std::pair<FdChannel, FdChannel>> FdChannel::Pair() {
  std::array<int, 2> fds;
  if (socketpair(AF_UNIX, kType, 0, fds.data()) != 0) {
    return ErrnoStatus(errno, "socketpair");
  }
  return std::pair(FdChannel(FileDescriptor(fds[0])),
                   FdChannel(FileDescriptor(fds[1])));
}

absl::StatusOr<FdChannel> FdChannel::Connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is too long a path for a socket", path));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  FileDescriptor fd(socket(AF_UNIX, kType, 0));
  if (!fd.valid()) return ErrnoStatus(errno, "socket");
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address),
              sizeof(address)) != 0) {
    if (errno == ECONNREFUSED) {
      return absl::UnavailableError(
          absl::StrFormat("nobody listens on %s", path));
    }
    return ErrnoStatus(errno, path);
  }
  return FdChannel(std::move(fd));
}

absl::Status FdChannel::Send(std::string_view text,
                             const std::vector<int>& fds) {
  if (fds.size() > kMaxDescriptors) {
    return absl::InvalidArgumentError("too many descriptors for a message");
  }
  text = text.substr(0, kMaxTextBytes);
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  ControlBuffer buffer{};
  AttachDescriptors(fds, &buffer, &message);
  for (;;) {
    if (sendmsg(fd_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
      return absl::OkStatus();
    }
    if (errno == EINTR) continue;
    if (errno == EPIPE || errno == ECONNRESET) return Gone();
    if (errno != EAGAIN) return ErrnoStatus(errno, "sending descriptors");
    pollfd waited{fd_.get(), POLLOUT, 0};
    if (poll(&waited, 1, kSendLimitMillis) == 0) {
      return absl::UnavailableError("the other process does not listen");
    }
  }
}

absl::StatusOr<FdChannel::Message> FdChannel::Receive(
    std::chrono::milliseconds limit) {
  pollfd waited{fd_.get(), POLLIN, 0};
  const int ready = poll(
      &waited, 1, static_cast<int>(std::min<int64_t>(limit.count(), INT_MAX)));
  if (ready == 0) {
    return absl::DeadlineExceededError(absl::StrFormat(
        "the other process said nothing for %d ms", limit.count()));
  }
  if (ready < 0) return ErrnoStatus(errno, "poll");

  Message received;
  received.text.resize(kMaxTextBytes);
  iovec part{received.text.data(), received.text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  ControlBuffer buffer{};
  message.msg_control = buffer.bytes;
  message.msg_controllen = sizeof(buffer.bytes);
  const ssize_t size =
      recvmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size <= 0) return Gone();
  received.text.resize(static_cast<size_t>(size));
  received.fds = DetachDescriptors(&message);
  if ((message.msg_flags & MSG_CTRUNC) != 0) {
    return absl::ResourceExhaustedError(
        "out of file descriptors for the sockets handed over");
  }
  return received;
}

void FdChannel::Seal() { shutdown(fd_.get(), SHUT_RD); }

pid_t FdChannel::peer() const {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) !=
      0) {
    return 0;
  }
  return credentials.pid;
}

}  // namespace groupring::backend
