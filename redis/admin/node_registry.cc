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

using std::chrono::milliseconds;

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

}  // namespace

std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status,
                                           milliseconds expiry) {
  return {NodeStatusCommand(status),
          {"PEXPIRE", NodeKey(status.name), std::to_string(expiry.count())},
          {"ZADD", std::string(kNodesKey),
           std::to_string(status.seen_unix_millis), status.name}};
}

std::vector<RedisCommand> WithdrawCommands(const std::string& name) {
  return {{"DEL", NodeKey(name)}, {"ZREM", std::string(kNodesKey), name}};
}

absl::StatusOr<std::vector<NodeStatus>> ReadNodes(int64_t unix_millis,
                                                  Connection* connection) {
  ASSIGN_OR_RETURN(Reply index, connection->Command({"ZRANGE", kNodesKey, "0",
                                                     "-1", "WITHSCORES"}));
  if (index.is_error()) return StatusOfWriteError(index.text);
  std::map<std::string, int64_t> seen;
  const std::vector<std::string> texts = Texts(std::move(index));
  for (size_t i = 0; i + 1 < texts.size(); i += 2) {
    seen[texts[i]] = WholeNumber(texts[i + 1]);
  }

  for (const auto& [name, millis] : seen) {
    connection->Append({"HGETALL", NodeKey(name)});
  }
  std::vector<NodeStatus> nodes;
  std::vector<std::string> forgotten;
  absl::Status refused;
  for (const auto& [name, millis] : seen) {
    ASSIGN_OR_RETURN(Reply reply, connection->Read());
    if (reply.is_error()) {
      const absl::Status status = StatusOfWriteError(reply.text);
      // A key of the wrong type is no node's.
      if (!absl::IsInvalidArgument(status)) refused = status;
      continue;
    }
    RawValue fields{RawValue::Kind::kValue, Texts(std::move(reply))};
    if (!fields.items.empty()) {
      nodes.push_back(ParseNodeStatus(name, fields));
    } else if (unix_millis - millis <
               milliseconds(kSilenceRemembered).count()) {
      NodeStatus& node = nodes.emplace_back();
      node.name = name;
      node.silent = true;
      node.seen_unix_millis = millis;
    } else {
      forgotten.push_back(name);
    }
  }
  if (!refused.ok()) return refused;

  // No transaction, as a caller may be in the middle of one. Should a node
  // come back at this very moment, its next heartbeat lists it again.
  for (const std::string& name : forgotten) {
    connection->Append({"ZREM", kNodesKey, name});
  }
  for (size_t i = 0; i < forgotten.size(); ++i) {
    RETURN_IF_ERROR(connection->Read().status());
  }
  return nodes;
}

absl::Status ForgetNode(const std::string& name, Connection* connection) {
  ASSIGN_OR_RETURN(const Reply removed,
                   connection->Command({"ZREM", kNodesKey, name}));
  if (removed.is_error()) return StatusOfWriteError(removed.text);
  if (removed.integer == 0) {
    return absl::NotFoundError(
        absl::StrFormat("no node is called %s", Quoted(name)));
  }
  ASSIGN_OR_RETURN(const Reply deleted,
                   connection->Command({"DEL", NodeKey(name)}));
  return deleted.is_error() ? StatusOfWriteError(deleted.text)
                            : absl::OkStatus();
}

}  // namespace groupring::redis
