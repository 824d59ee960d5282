#include "backend/health/probe_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/health/proxy_header.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::VerdictReason;

constexpr size_t kIpv4Offset = 12;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress ToSocketAddress(Family family, const redis::AddressBytes& bytes,
                              uint16_t port) {
  SocketAddress address;
  if (family == Family::kA) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    std::memcpy(&ipv4.sin_addr, &bytes[kIpv4Offset], sizeof(ipv4.sin_addr));
    std::memcpy(&address.storage, &ipv4, sizeof(ipv4));
    address.size = sizeof(ipv4);
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    std::memcpy(&ipv6.sin6_addr, bytes.data(), sizeof(ipv6.sin6_addr));
    std::memcpy(&address.storage, &ipv6, sizeof(ipv6));
    address.size = sizeof(ipv6);
  }
  return address;
}

// Where the socket is bound.
AddressAndPort LocalEnd(int fd) {
  SocketAddress address;
  AddressAndPort end;
  if (getsockname(fd, address.get(), &address.size) != 0) return end;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address.storage, sizeof(ipv4));
    std::memcpy(&end.address[kIpv4Offset], &ipv4.sin_addr,
                sizeof(ipv4.sin_addr));
    end.port = ntohs(ipv4.sin_port);
  } else {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address.storage, sizeof(ipv6));
    end.family = Family::kAaaa;
    std::memcpy(end.address.data(), &ipv6.sin6_addr, sizeof(ipv6.sin6_addr));
    end.port = ntohs(ipv6.sin6_port);
  }
  return end;
}

// Whether an immediate error of connect() says something about the peer.
bool IsOfPeer(int error) {
  return error == ECONNREFUSED || error == ECONNRESET || error == ETIMEDOUT;
}

int TakeSocketError(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace

ProbeConnection::ProbeConnection(ProbeRequest request, Trace trace,
                                 const Clock* clock, const TlsContext* tls,
                                 int epoll_fd, uint64_t control_tag)
    : request_(std::move(request)),
      trace_(std::move(trace)),
      clock_(clock),
      tls_context_(tls),
      epoll_fd_(epoll_fd),
      control_tag_(control_tag),
      started_(clock->Steady()),
      deadline_(started_ + request_.check.timeout) {}

absl::StatusOr<FileDescriptor> ProbeConnection::Connect(
    const redis::AddressBytes& address, uint16_t port, uint64_t tag,
    int* error) const {
  *error = 0;
  const int domain = request_.family == Family::kA ? AF_INET : AF_INET6;
  FileDescriptor fd(
      socket(domain, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return ErrnoStatus(errno, "socket");
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (request_.source) {
    // The port is chosen when connecting: then two connections to different
    // servers can have the same one.
    setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    SocketAddress source =
        ToSocketAddress(request_.family, *request_.source, 0);
    if (bind(fd.get(), source.get(), source.size) != 0) {
      return ErrnoStatus(errno, "connecting from the source address");
    }
  }
  SocketAddress target = ToSocketAddress(request_.family, address, port);
  if (connect(fd.get(), target.get(), target.size) != 0 &&
      errno != EINPROGRESS) {
    if (!IsOfPeer(errno)) return ErrnoStatus(errno, "connecting");
    *error = errno;
    return fd;
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = tag;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd.get(), &event) != 0) {
    return ErrnoStatus(errno, "epoll_ctl");
  }
  return fd;
}

void ProbeConnection::Start() {
  int error = 0;
  absl::StatusOr<FileDescriptor> fd =
      Connect(request_.address, request_.probe.port, control_tag_, &error);
  if (!fd.ok()) {
    our_fault_ = fd.status();
    return End();
  }
  if (error != 0) return Refuse(error);
  control_ = *std::move(fd);
}

void ProbeConnection::OnControlReady(uint32_t events) {
  if (ended_) return;
  if (!connected_) {
    const int error = TakeSocketError(control_.get());
    // A connection that is refused is not reset: this one stood, and what was
    // sent before can be read.
    if (error == ECONNRESET || error == EPIPE) {
      broken_by_ = error;
    } else if (error != 0) {
      return Refuse(error);
    } else if ((events & EPOLLOUT) == 0) {
      return;
    }
    OnConnected();
  }
  if (!ended_) Flush();
  if (!ended_) Read();
}

void ProbeConnection::OnConnected() {
  connected_ = true;
  const AddressAndPort local = LocalEnd(control_.get());
  if (trace_ != nullptr) {
    trace_(TraceKind::kNote, "connected from " + EndpointText(local));
  }
  unsent_ = ProxyHeaderBytes(request_.check.proxy, local, request_.target());
  if (!unsent_.empty() && trace_ != nullptr) {
    trace_(TraceKind::kSent,
           request_.check.proxy == redis::ProxyHeader::kV1
               ? std::string_view(unsent_).substr(0, unsent_.size() - 2)
               : "PROXY header, version 2");
  }
  dialogue_ = MakeDialogue(request_, trace_);
  dialogue_->Start();
  Perform();
}

void ProbeConnection::ConnectData(const redis::AddressBytes& address,
                                  uint16_t port) {
  int error = 0;
  absl::StatusOr<FileDescriptor> fd =
      Connect(address, port, control_tag_ + 1, &error);
  if (!fd.ok()) {
    our_fault_ = fd.status();
    return End();
  }
  data_ = *std::move(fd);
  if (error != 0) OnDataDone(error);
}

void ProbeConnection::OnDataReady(uint32_t events) {
  if (ended_ || !data_.valid()) return;
  if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
  OnDataDone(TakeSocketError(data_.get()));
  if (!ended_) Perform();
}

void ProbeConnection::OnDataDone(int error) {
  // Servers wait for a transfer only once it is asked for.
  data_.Reset();
  if (error == 0 && trace_ != nullptr) {
    trace_(TraceKind::kNote, "data connection accepted");
  }
  dialogue_->DataConnected(
      error == 0 ? absl::OkStatus() : absl::UnavailableError(ErrnoText(error)));
}

void ProbeConnection::OnDeadline() {
  if (ended_) return;
  if (!connected_) {
    return Fail(VerdictReason::kConnectTimeout, "");
  }
  if (!leaving_) {
    dialogue_->Expire();
    Perform();
  }
  End();
}

void ProbeConnection::Read() {
  std::array<char, 16384> buffer;
  while (!ended_) {
    const ssize_t size = recv(control_.get(), buffer.data(), buffer.size(), 0);
    if (size > 0) {
      received_ += static_cast<size_t>(size);
      if (received_ > kMaxReceived) {
        dialogue_->End("the server sends more than anybody reads");
        Perform();
        return End();
      }
      Take({buffer.data(), static_cast<size_t>(size)});
      continue;
    }
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    peer_ended_ = true;
    const int error = size < 0 ? errno : broken_by_;
    dialogue_->End(error == 0 ? std::string() : ErrnoText(error));
    Perform();
    if (!ended_) End();
  }
}

void ProbeConnection::Take(std::string_view bytes) {
  if (tls_ != nullptr) {
    TakeTls(bytes);
  } else {
    dialogue_->Receive(bytes);
  }
  Perform();
}

void ProbeConnection::TakeTls(std::string_view bytes) {
  using State = TlsSession::State;
  const bool was_shaking = tls_->state() == State::kHandshake;
  tls_->Receive(bytes);
  const State state = tls_->state();
  if (was_shaking && (state == State::kOpen || state == State::kEnded)) {
    dialogue_->Secured(tls_->facts(), clock_->UnixMillis() / 1000);
  }
  const std::string plain = tls_->TakePlain();
  if (!plain.empty()) dialogue_->Receive(plain);
  if (state == State::kEnded) dialogue_->End("");
  if (state == State::kFailed) dialogue_->TlsFailed(tls_->error());
}

void ProbeConnection::Perform() {
  for (DialogueAction& action : dialogue_->TakeActions()) {
    switch (action.kind) {
      case DialogueAction::Kind::kSend:
        if (tls_ != nullptr) {
          tls_->Send(action.bytes);
        } else {
          unsent_ += action.bytes;
        }
        break;
      case DialogueAction::Kind::kStartTls:
        tls_ = tls_context_->NewSession(request_.check.tls_name,
                                        clock_->UnixMillis() / 1000);
        break;
      case DialogueAction::Kind::kConnectData:
        ConnectData(action.address, action.port);
        if (ended_) return;
        break;
      case DialogueAction::Kind::kClose:
        closing_ = true;
        if (tls_ != nullptr) tls_->Close();
        break;
    }
  }
  if (dialogue_->has_result() && !leaving_) {
    leaving_ = true;
    elapsed_ = clock_->Steady() - started_;
    deadline_ = clock_->Steady() + kLeaveTime;
    data_.Reset();
  }
  if (tls_ != nullptr) unsent_ += tls_->TakeOutput();
  Flush();
}

void ProbeConnection::Flush() {
  while (!unsent_.empty()) {
    const ssize_t size =
        send(control_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    // If the connection is broken, the next read reports it.
    if (size < 0) return;
    unsent_.erase(0, static_cast<size_t>(size));
  }
  if (!closing_) return;
  if (peer_ended_) return End();
  if (half_closed_) return;
  half_closed_ = true;
  // Closed with input unread, a socket would be reset, which servers log.
  shutdown(control_.get(), SHUT_WR);
}

void ProbeConnection::Refuse(int error) {
  if (error == ETIMEDOUT) return Fail(VerdictReason::kConnectTimeout, "");
  Fail(VerdictReason::kRefused, error == ECONNREFUSED ? "" : ErrnoText(error));
}

void ProbeConnection::Fail(VerdictReason reason, std::string text) {
  early_ = ProbeResult{reason, std::move(text), {}, {}, {}};
  elapsed_ = clock_->Steady() - started_;
  End();
}

void ProbeConnection::End() {
  ended_ = true;
  control_.Reset();
  data_.Reset();
}

absl::StatusOr<ProbeResult> ProbeConnection::TakeResult() {
  if (!our_fault_.ok()) return our_fault_;
  ProbeResult result = early_ ? *std::move(early_) : dialogue_->result();
  result.elapsed = elapsed_;
  return result;
}

}  // namespace groupring::backend
