// What servers and sentinels say of who is master and who is replica: parsed.
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

// Of the reply to ROLE.
struct ServerRole {
  enum class Kind { kUnknown, kMaster, kReplica, kSentinel };
  Kind kind = Kind::kUnknown;
  int replicas = 0;         // of a master: connected ones
  std::string master;       // of a replica: "host:port"
  bool link_is_up = false;  // of a replica: it receives what changes
};

// kUnknown for an error (the user may not ask) and for what is no such reply.
ServerRole ParseRole(const Reply& reply);

// "a master with 2 replicas", "a replica of 192.0.2.1:6379 (link up)", "of
// unknown role …": what follows "is".
std::string RoleWords(const ServerRole& role);

// A server that may be connected to.
struct Candidate {
  Endpoint endpoint;
  bool is_master = false;  // as far as sentinels know
  bool is_down = false;    // likewise
};

// Of SENTINEL get-master-addr-by-name; kNotFound when the sentinel does not
// know the name, kUnavailable when it makes no sense.
absl::StatusOr<Endpoint> ParseMasterAddress(const Reply& reply,
                                            const Endpoint& account);

// Of SENTINEL replicas; what makes no sense is left out.
std::vector<Candidate> ParseReplicas(const Reply& reply,
                                     const Endpoint& account);

// In the order in which to try them. `local` says which endpoints are on this
// host.
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
