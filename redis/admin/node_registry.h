// What nodes say of themselves: `groupring:nodes` and the hash of each node.
#ifndef GROUPRING_REDIS_ADMIN_NODE_REGISTRY_H_
#define GROUPRING_REDIS_ADMIN_NODE_REGISTRY_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/admin/admin.h"
#include "redis/connection/connection.h"

namespace groupring::redis {

// How long after its last report a node counts as silent. Nodes report every
// two seconds.
inline constexpr std::chrono::milliseconds kSilentAfter{10000};

// As one transaction: the node's hash, written anew, and its place in the
// index.
std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status);

// Takes a node out of the list: one whose place another one has taken, or that
// an operator forgets.
std::vector<RedisCommand> RemoveCommands(const NodeIdentity& node);

// All nodes that were ever announced and not removed since, sorted by member.
// `unix_millis` is Redis' time, which decides who is silent.
absl::StatusOr<std::vector<NodeStatus>> ReadNodes(
    int64_t unix_millis, Connection* connection,
    std::chrono::milliseconds silent_after = kSilentAfter);

// Takes all nodes of that name out of the list, or the one whose member
// ("<name>:<instance>") it is. kNotFound: there is none.
absl::Status ForgetNode(const std::string& name, Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_NODE_REGISTRY_H_
