// `groupring:node:<name>` as it stands in Redis.
#ifndef GROUPRING_REDIS_SCHEMA_NODE_STATUS_H_
#define GROUPRING_REDIS_SCHEMA_NODE_STATUS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "redis/model/node_status.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// A node's name becomes part of a key, so it must not be empty or hold a colon,
// which the keys of names and groups end in.
absl::Status CheckNodeName(const std::string& name);

std::string NodeKey(std::string_view name);

// Fields that are missing or make no sense stay 0, empty or unknown.
NodeStatus ParseNodeStatus(const std::string& name, const RawValue& raw);

// The words of the HSET that writes it.
std::vector<std::string> NodeStatusCommand(const NodeStatus& status);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_NODE_STATUS_H_
