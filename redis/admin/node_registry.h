// What nodes say of themselves: `groupring:nodes`, `groupring:node:<name>`.
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

// As one transaction: the node's hash, which expires, and its place in the
// index.
std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status,
                                           std::chrono::milliseconds expiry);
std::vector<RedisCommand> WithdrawCommands(const std::string& name);

// How long a node is remembered that fell silent.
inline constexpr std::chrono::hours kSilenceRemembered{24};

// Sorted by name. Nodes that have been silent for too long are taken out of the
// index where the user may write.
absl::StatusOr<std::vector<NodeStatus>> ReadNodes(int64_t unix_millis,
                                                  Connection* connection);

absl::Status ForgetNode(const std::string& name, Connection* connection);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_NODE_REGISTRY_H_
