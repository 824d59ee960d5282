// What nodes report: `groupring:nodes` and the hash of each node.
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

// A node counts as silent this long after its last report. Nodes report every
// two seconds.
inline constexpr std::chrono::milliseconds kSilentAfter{10000};

// The commands that report a node: they replace its hash and update its entry
// in the sorted set. To be run as one transaction.
std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status);

// The commands that remove a node from the list because another one has taken
// its place, or because an operator asked for it.
std::vector<RedisCommand> RemoveCommands(const NodeIdentity& node);

// All nodes that have reported and were not removed since, sorted by member.
// `unix_millis` is Redis' time, by which nodes are silent.
absl::StatusOr<std::vector<NodeStatus>> ReadNodes(
    int64_t unix_millis, Connection* connection,
    std::chrono::milliseconds silent_after = kSilentAfter);

// Removes all nodes of that name from the list, or the one whose member
// ("<name>:<instance>") it is. kNotFound: there is none.
absl::Status ForgetNode(const std::string& name, Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_NODE_REGISTRY_H_
