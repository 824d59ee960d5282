// TLS to a Redis server: whom it trusts, and why it refuses a server.
#ifndef GROUPRING_REDIS_CONNECTION_TLS_H_
#define GROUPRING_REDIS_CONNECTION_TLS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "redis/connection/location.h"

struct ssl_st;  // OpenSSL's session

namespace groupring::redis {

// Whether hiredis had TLS when this was built. The functions below exist only
// then.
bool HasTls();

struct FreeTls {
  void operator()(ssl_st* session) const;
};
using TlsSession = std::unique_ptr<ssl_st, FreeTls>;

// A session that has not begun. It names the server (SNI) by
// `tls_server_name`, else by the host, and refuses a certificate that is for
// another name, has expired or comes from nobody in `tls_ca_file`.
// FailedPrecondition names a file that cannot be used.
absl::StatusOr<TlsSession> NewTlsSession(const Endpoint& endpoint);

// Why the handshake failed, and which setting matters to that. `otherwise`:
// what is known where the certificate is not the reason.
std::string WhyTlsFailed(const TlsSession& session, const Endpoint& endpoint,
                         const std::string& otherwise);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_TLS_H_
