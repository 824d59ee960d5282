// Finds the server to work with, and connects to it.
#ifndef GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_
#define GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_

#include <cstddef>
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

// Asks sentinels, one each time, whether the server that is followed still is
// the one to follow: a master that was cut off from them goes on to call itself
// one. Not thread-safe. The location outlives it.
class SentinelWatch {
 public:
  explicit SentinelWatch(const Location* location) : location_(location) {}

  // kAborted: the sentinel names another master, which answers, says so itself
  // and will do. A sentinel that does not answer changes nothing, and the next
  // one is asked the next time. OK at once where the location has no sentinels
  // or something else than the master is read from.
  absl::Status Check(const Endpoint& followed, const ServerSearch& search,
                     const ConnectionTimeouts& timeouts);

 private:
  const Location* const location_;
  size_t next_ = 0;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_
