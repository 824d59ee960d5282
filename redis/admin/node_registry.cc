#include "redis/admin/node_registry.h"

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"
#include "redis/schema/node_status.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

int64_t WholeNumber(std::string_view text) {
  return ParseWholeNumber(text, 0, std::numeric_limits<int64_t>::max())
      .value_or(0);
}

std::vector<std::string> Texts(Reply reply) {
  std::vector<std::string> texts;
  for (Reply& element : reply.elements) {
    texts.push_back(std::move(element.text));
  }
  return texts;
}

// Members of `groupring:nodes` → when they were seen, in unix milliseconds.
absl::StatusOr<std::map<std::string, int64_t>> ReadIndex(
    Connection* connection) {
  ASSIGN_OR_RETURN(Reply index, connection->Command({"ZRANGE", kNodesKey, "0",
                                                     "-1", "WITHSCORES"}));
  if (index.is_error()) return StatusOfWriteError(index.text);
  std::map<std::string, int64_t> seen;
  const std::vector<std::string> texts = Texts(std::move(index));
  for (size_t i = 0; i + 1 < texts.size(); i += 2) {
    seen[texts[i]] = WholeNumber(texts[i + 1]);
  }
  return seen;
}

}  // namespace

std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status) {
  // DEL removes the fields of groups that no cache holds any more.
  return {{"DEL", NodeKey(status)},
          NodeStatusCommand(status),
          {"ZADD", std::string(kNodesKey),
           std::to_string(status.seen_unix_millis), NodeMember(status)}};
}

std::vector<RedisCommand> RemoveCommands(const NodeIdentity& node) {
  return {{"DEL", NodeKey(node)},
          {"ZREM", std::string(kNodesKey), NodeMember(node)}};
}

absl::StatusOr<std::vector<NodeStatus>> ReadNodes(
    int64_t unix_millis, Connection* connection,
    std::chrono::milliseconds silent_after) {
  ASSIGN_OR_RETURN(const auto seen, ReadIndex(connection));
  for (const auto& [member, millis] : seen) {
    connection->Append({"HGETALL", NodeKey(ParseNodeMember(member))});
  }
  std::vector<NodeStatus> nodes;
  absl::Status refused;
  for (const auto& [member, millis] : seen) {
    ASSIGN_OR_RETURN(Reply reply, connection->Read());
    if (reply.is_error()) {
      const absl::Status status = StatusOfWriteError(reply.text);
      // A key of the wrong type does not belong to a node.
      if (!absl::IsInvalidArgument(status)) refused = status;
      continue;
    }
    const RawValue fields{RawValue::Kind::kValue, Texts(std::move(reply))};
    NodeStatus node = ParseNodeStatus(ParseNodeMember(member), fields);
    if (node.seen_unix_millis == 0) node.seen_unix_millis = millis;
    const bool late =
        unix_millis - node.seen_unix_millis > silent_after.count();
    // The hash of a version without instances expires when it falls silent.
    if (node.is_up() && (late || fields.items.empty())) {
      node.state = NodeState::kSilent;
    }
    nodes.push_back(std::move(node));
  }
  if (!refused.ok()) return refused;
  return nodes;
}

absl::Status ForgetNode(const std::string& name, Connection* connection) {
  ASSIGN_OR_RETURN(const auto seen, ReadIndex(connection));
  size_t removed = 0;
  for (const auto& [member, millis] : seen) {
    const NodeIdentity node = ParseNodeMember(member);
    if (member != name && node.name != name) continue;
    for (const RedisCommand& command : RemoveCommands(node)) {
      ASSIGN_OR_RETURN(const Reply reply,
                       connection->Command(std::vector<std::string_view>(
                           command.begin(), command.end())));
      if (reply.is_error()) return StatusOfWriteError(reply.text);
    }
    ++removed;
  }
  if (removed > 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrFormat("no node is called %s", Quoted(name)));
}

}  // namespace groupring::redis
