// Where Redis is and who we are there: the settings' `url`, parsed.
#ifndef GROUPRING_REDIS_CONNECTION_ENDPOINT_H_
#define GROUPRING_REDIS_CONNECTION_ENDPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace groupring::redis {

struct Endpoint {
  std::string unix_path;  // empty: TCP
  std::string host;
  uint16_t port = 6379;
  bool tls = false;
  std::string user;      // ACL user; empty: the default user
  std::string password;  // empty: no AUTH
  int database = 0;
  bool is_sentinel = false;  // which has no databases
  std::string tls_ca_file;   // empty: the system's
  std::string tls_cert_file;
  std::string tls_key_file;
  std::string tls_server_name;  // empty: host

  // For logs and messages: without the password.
  std::string Display() const;
};

// unix:///path/to.sock[?db=N], unix://user:pass@/path.sock?db=N,
// redis://[[user]:pass@]host[:port][/db], rediss://… (TLS). Percent-encoding
// in user and password; IPv6 hosts in brackets. The error says which part is
// wrong and what was expected, and never repeats the password.
absl::StatusOr<Endpoint> ParseEndpoint(std::string_view url);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_ENDPOINT_H_
