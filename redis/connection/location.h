// Where Redis is: one server, several, or those that sentinels know.
#ifndef GROUPRING_REDIS_CONNECTION_LOCATION_H_
#define GROUPRING_REDIS_CONNECTION_LOCATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace groupring::redis {

// One server and who we are there.
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

// Which of several servers to read from. Commands write to the master.
enum class ReadFrom {
  kMaster,
  kReplica,
  kLocal,  // whatever runs on this host
};

struct Location {
  Location() = default;
  // One server and no choice.
  Location(Endpoint server);  // NOLINT(google-explicit-constructor)

  // In the order in which to try them; empty where sentinels are asked.
  std::vector<Endpoint> servers;

  std::vector<Endpoint> sentinels;
  std::string master_name;
  // Whom we are on servers that sentinels tell of: user, password, database,
  // TLS.
  Endpoint account;

  ReadFrom read = ReadFrom::kMaster;

  bool has_sentinels() const { return !sentinels.empty(); }
  // Whether there is anything to choose from.
  bool is_single() const { return !has_sentinels() && servers.size() == 1; }

  // For logs and messages: without passwords.
  std::string Display() const;

  // Every account that logs in to Redis itself, not to sentinels.
  std::vector<Endpoint*> Accounts();
};

// What ParseEndpoint takes; the same with several hosts (redis://h1,h2:7000/0);
// several URLs separated by commas (unix:///run/redis.sock, redis://h2); or
// sentinel://[[user]:password@]host[:26379],…/master-name[/database], where
// user and password are those of Redis. The error says which part is wrong and
// what was expected, and never repeats a password.
absl::StatusOr<Location> ParseLocation(std::string_view url);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_LOCATION_H_
