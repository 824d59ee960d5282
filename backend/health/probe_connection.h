// The connections of one probe: moves bytes between sockets, TLS and the
// dialogue.
#ifndef GROUPRING_BACKEND_HEALTH_PROBE_CONNECTION_H_
#define GROUPRING_BACKEND_HEALTH_PROBE_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/health/dialogue.h"
#include "backend/health/probe.h"
#include "backend/health/tls_session.h"
#include "redis/base/clock.h"
#include "redis/base/file_descriptor.h"

namespace groupring::backend {

// Never blocks. Its owner (ProbeRunner) polls its descriptors and watches its
// deadline. Not thread-safe.
class ProbeConnection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // How long QUIT, its reply and the end of the connection may take once the
  // verdict is certain.
  static constexpr std::chrono::seconds kLeaveTime{1};
  // A server that sends more than this is listened to no longer.
  static constexpr size_t kMaxReceived = size_t{256} * 1024;

  // Registers its sockets with `epoll_fd` as control_tag and control_tag + 1
  // (the data connection). The pointers outlive it.
  ProbeConnection(ProbeRequest request, Trace trace, const Clock* clock,
                  const TlsContext* tls, int epoll_fd, uint64_t control_tag);

  void Start();
  // Its descriptors are ready for `events` of epoll.
  void OnControlReady(uint32_t events);
  void OnDataReady(uint32_t events);
  // The deadline has passed.
  void OnDeadline();

  Time deadline() const { return deadline_; }
  bool ended() const { return ended_; }
  // REQUIRES: ended(). A status: the probe could not be made, for reasons that
  // are not the server's (no route, no descriptor left), and nothing is known.
  absl::StatusOr<ProbeResult> TakeResult();

 private:
  // A socket that connects there, in the family of the target. The status: ours
  // is the fault. `*error`: errno of a server's refusal that came at once, or
  // 0.
  absl::StatusOr<FileDescriptor> Connect(const redis::AddressBytes& address,
                                         uint16_t port, uint64_t tag,
                                         int* error) const;
  void OnConnected();
  void ConnectData(const redis::AddressBytes& address, uint16_t port);
  void OnDataDone(int error);
  void Read();
  void Take(std::string_view bytes);
  void TakeTls(std::string_view bytes);
  // Does what the dialogue asks for, and writes.
  void Perform();
  void Flush();
  void Refuse(int error);
  void Fail(redis::VerdictReason reason, std::string text);
  void End();

  const ProbeRequest request_;
  const Trace trace_;
  const Clock* const clock_;
  const TlsContext* const tls_context_;
  const int epoll_fd_;
  const uint64_t control_tag_;
  std::unique_ptr<Dialogue> dialogue_;
  std::unique_ptr<TlsSession> tls_;
  FileDescriptor control_;
  FileDescriptor data_;
  std::string unsent_;
  size_t received_ = 0;
  int broken_by_ = 0;  // errno of the control connection, once known
  Time started_;
  Time deadline_;
  bool connected_ = false;
  bool leaving_ = false;  // the result is certain
  bool closing_ = false;  // nothing more will be said
  bool half_closed_ = false;
  bool peer_ended_ = false;  // nothing more will arrive
  bool ended_ = false;
  std::optional<ProbeResult> early_;  // what came of it before any dialogue
  std::chrono::steady_clock::duration elapsed_{};
  absl::Status our_fault_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_PROBE_CONNECTION_H_
