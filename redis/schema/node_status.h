// `groupring:node:<name>:<instance>` and its member in `groupring:nodes`.
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

// "<name>:<instance>", the node's member of `groupring:nodes`; the name alone
// for a node without an instance.
std::string NodeMember(const NodeIdentity& node);
// The reverse: sets name and instance only.
NodeIdentity ParseNodeMember(std::string_view member);

std::string NodeKey(const NodeIdentity& node);

// Fields that are missing or make no sense stay 0, empty or unknown. The state
// is as written: whether a node has fallen silent depends on the time.
NodeStatus ParseNodeStatus(const NodeIdentity& node, const RawValue& raw);

// The words of the HSET that writes it.
std::vector<std::string> NodeStatusCommand(const NodeStatus& status);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_NODE_STATUS_H_
