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

// Checks a node's name, which becomes part of a key: it must not be empty, and
// must not contain a colon, so that no key of a name or group can equal it.
absl::Status CheckNodeName(const std::string& name);

// "<name>:<instance>", the node's member of `groupring:nodes`; the name alone
// for a node without an instance.
std::string NodeMember(const NodeIdentity& node);
// The reverse of NodeMember: sets name and instance only.
NodeIdentity ParseNodeMember(std::string_view member);

std::string NodeKey(const NodeIdentity& node);

// Fields that are missing or make no sense stay 0, empty or unknown. The state
// is the one that the node wrote; the caller decides by the time whether it is
// silent.
NodeStatus ParseNodeStatus(const NodeIdentity& node, const RawValue& raw);

// The HSET command that writes the status, word by word.
std::vector<std::string> NodeStatusCommand(const NodeStatus& status);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_NODE_STATUS_H_
