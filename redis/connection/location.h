// Where Redis is: one server, several, or those that sentinels know.
#ifndef GROUPRING_REDIS_CONNECTION_LOCATION_H_
#define GROUPRING_REDIS_CONNECTION_LOCATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace groupring::redis {

// One server and the account to use there.
struct Endpoint {
  std::string unix_path;  // empty: TCP
  std::string host;
  uint16_t port = 6379;
  bool tls = false;
  std::string user;      // ACL user; empty: the default user
  std::string password;  // empty: no AUTH
  int database = 0;
  bool is_sentinel = false;  // a sentinel has no databases
  std::string tls_ca_file;   // empty: the system's
  std::string tls_cert_file;
  std::string tls_key_file;
  std::string tls_server_name;  // empty: host

  // For logs and messages: without the password.
  std::string Display() const;
};

// Reads unix:///path/to.sock[?db=N], unix://user:pass@/path.sock?db=N,
// redis://[[user]:pass@]host[:port][/db] and rediss://… (TLS). User and
// password are percent-encoded; IPv6 hosts are in brackets. The error says
// which part is wrong and what was expected, and never contains the password.
absl::StatusOr<Endpoint> ParseEndpoint(std::string_view url);

// Which of several servers to read from. Commands write to the master.
enum class ReadFrom {
  kMaster,
  kReplica,
  kLocal,  // the server on this host, whatever its role
};

struct Location {
  Location() = default;
  // A single server.
  Location(Endpoint server);  // NOLINT(google-explicit-constructor)

  // In the order in which to try them; empty if there are sentinels.
  std::vector<Endpoint> servers;

  std::vector<Endpoint> sentinels;
  std::string master_name;
  // The account to use on servers that sentinels name: user, password,
  // database, TLS.
  Endpoint account;

  ReadFrom read = ReadFrom::kMaster;

  bool has_sentinels() const { return !sentinels.empty(); }
  // Whether there is only one server, so that there is nothing to choose.
  bool is_single() const { return !has_sentinels() && servers.size() == 1; }

  // For logs and messages: without passwords.
  std::string Display() const;

  // Every account that logs in to Redis itself, not to sentinels.
  std::vector<Endpoint*> Accounts();
};

// Reads a URL that ParseEndpoint accepts, also with several hosts
// (redis://h1,h2:7000/0); several URLs separated by commas
// (unix:///run/redis.sock, redis://h2); or
// sentinel://[[user]:password@]host[:26379],…/master-name[/database], where
// user and password are those of Redis. The error says which part is wrong and
// what was expected, and never contains a password.
absl::StatusOr<Location> ParseLocation(std::string_view url);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_LOCATION_H_
