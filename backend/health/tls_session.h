// TLS as a client, over bytes: what arrives goes in, what is to be sent comes
// out. The only files that include OpenSSL.
#ifndef GROUPRING_BACKEND_HEALTH_TLS_SESSION_H_
#define GROUPRING_BACKEND_HEALTH_TLS_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/health/certificate.h"

namespace groupring::backend {

// One connection's TLS. A bad certificate does not end the handshake; facts()
// say what is wrong with it. Not thread-safe.
class TlsSession {
 public:
  enum class State : uint8_t {
    kHandshake,
    kOpen,
    kEnded,   // the peer has said that it sends nothing more
    kFailed,  // error() says why
  };

  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // What arrived from the peer, of any size.
  void Receive(std::string_view bytes);
  // Encrypts. REQUIRES: kOpen; ignored otherwise.
  void Send(std::string_view plain);
  // Says that nothing more will be sent.
  void Close();

  // What is to be sent to the peer; the first flight is there from the start.
  std::string TakeOutput();
  // What the peer has sent, decrypted.
  std::string TakePlain();

  State state() const;
  const std::string& error() const;
  // REQUIRES: the handshake is done.
  const TlsFacts& facts() const;

 private:
  friend class TlsContext;
  struct Impl;
  explicit TlsSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What all sessions share: the authorities that are trusted. Thread-safe once
// made; outlives its sessions.
class TlsContext {
 public:
  // Trusts the certificates of that PEM file; those of the system when it is
  // "". kInvalidArgument: the file cannot be used.
  static absl::StatusOr<std::unique_ptr<TlsContext>> Create(
      const std::string& ca_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // `name` is sent (SNI), and the certificate compared with it; "": neither.
  // Chains are judged as of `unix_seconds`.
  std::unique_ptr<TlsSession> NewSession(const std::string& name,
                                         int64_t unix_seconds) const;

 private:
  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_TLS_SESSION_H_
