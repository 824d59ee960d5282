// Finds the server to work with, and connects to it.
#ifndef GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_
#define GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/connection/location.h"
#include "redis/connection/server_role.h"

namespace groupring::redis {

struct ServerSearch {
  ReadFrom read = ReadFrom::kMaster;
  // Nothing but a master will do, for who must write.
  bool must_be_master = false;
  // Servers whose `groupring:generation` is lower have lost changes, or have
  // not got them yet: they will not do.
  int64_t least_generation = 0;
};

struct FoundServer {
  Endpoint endpoint;
  std::unique_ptr<Connection> connection;
  ServerRole role;  // unknown where there was no choice
};

// The best of the location's servers; each is asked for its ROLE. Where there
// is no choice it is only connected to. kOutOfRange: some would do but for the
// generation; otherwise as the first failure, with what is wrong with each of
// the servers and sentinels. Any thread; keeps nothing.
absl::StatusOr<FoundServer> FindServer(const Location& location,
                                       const ServerSearch& search,
                                       const ConnectionTimeouts& timeouts);

// What a server says of its role; kUnknown where the user may not ask. A
// failure is one of the connection.
absl::StatusOr<ServerRole> AskRole(Connection* connection);

// Servers that one sentinel tells of, the master first.
absl::StatusOr<std::vector<Candidate>> AskSentinel(
    const Location& location, const Endpoint& sentinel,
    const ConnectionTimeouts& timeouts);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_
