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
  // Accepts only a master, for callers that write.
  bool must_be_master = false;
  // Servers with a lower `groupring:generation` have lost changes or not yet
  // received them, and are not accepted.
  int64_t least_generation = 0;
};

struct FoundServer {
  Endpoint endpoint;
  std::unique_ptr<Connection> connection;
  ServerRole role;  // unknown where there was no choice
};

// Connects to the best of the location's servers, after asking each for its
// ROLE. A single server is only connected to. kOutOfRange: a server is suitable
// except for its generation. Other errors have the code of the first failure.
// The message says what is wrong with each server and sentinel. Any thread.
absl::StatusOr<FoundServer> FindServer(const Location& location,
                                       const ServerSearch& search,
                                       const ConnectionTimeouts& timeouts);

// Asks a server for its role; kUnknown if the user lacks the right for ROLE. An
// error means that the connection failed.
absl::StatusOr<ServerRole> AskRole(Connection* connection);

// The servers that one sentinel names, the master first.
absl::StatusOr<std::vector<Candidate>> AskSentinel(
    const Location& location, const Endpoint& sentinel,
    const ConnectionTimeouts& timeouts);

// Asks one sentinel at a time whether the followed server is still the master:
// a master that is cut off from its sentinels still calls itself master. Not
// thread-safe. The location must outlive the object.
class SentinelWatch {
 public:
  explicit SentinelWatch(const Location* location) : location_(location) {}

  // kAborted: the sentinel names another master, which answers, confirms that
  // it is the master and is suitable. If the sentinel does not answer the
  // result is OK, and the next call asks the next one. OK without asking if the
  // location has no sentinels or does not read from the master.
  absl::Status Check(const Endpoint& followed, const ServerSearch& search,
                     const ConnectionTimeouts& timeouts);

 private:
  const Location* const location_;
  size_t next_ = 0;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SERVER_FINDER_H_
