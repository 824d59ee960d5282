// Parses what servers and sentinels say about masters and replicas.
#ifndef GROUPRING_REDIS_CONNECTION_SERVER_ROLE_H_
#define GROUPRING_REDIS_CONNECTION_SERVER_ROLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/location.h"
#include "redis/connection/reply.h"

namespace groupring::redis {

// The reply to ROLE.
struct ServerRole {
  enum class Kind { kUnknown, kMaster, kReplica, kSentinel };
  Kind kind = Kind::kUnknown;
  int replicas = 0;         // of a master: how many are connected
  std::string master;       // of a replica: "host:port"
  bool link_is_up = false;  // of a replica: it receives changes
};

// kUnknown for an error reply (a missing right) and for a malformed reply.
ServerRole ParseRole(const Reply& reply);

// The words after "is" in a message: "a master with 2 replicas", "a replica of
// 192.0.2.1:6379 (link up)", "of unknown role …".
std::string RoleWords(const ServerRole& role);

// A server that may be connected to.
struct Candidate {
  Endpoint endpoint;
  bool is_master = false;  // according to the sentinels
  bool is_down = false;    // according to the sentinels
};

// Reads the reply to SENTINEL get-master-addr-by-name. kNotFound: the sentinel
// does not know the name. kUnavailable: the reply makes no sense.
absl::StatusOr<Endpoint> ParseMasterAddress(const Reply& reply,
                                            const Endpoint& account);

// Reads the reply to SENTINEL replicas. Entries that make no sense are left
// out.
std::vector<Candidate> ParseReplicas(const Reply& reply,
                                     const Endpoint& account);

// The candidates in the order in which to try them. `is_local` says which
// endpoints are on this host.
std::vector<Candidate> InOrderFor(
    ReadFrom read, std::vector<Candidate> candidates,
    const std::function<bool(const Endpoint&)>& is_local);

// What to do with a server that answers.
enum class Fitness {
  kGood,      // take it
  kFallback,  // only if there is no better one
  kUnfit,
};
Fitness FitnessFor(ReadFrom read, const ServerRole& role);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_SERVER_ROLE_H_
