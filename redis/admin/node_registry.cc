#include "redis/admin/node_registry.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/admin/write_error.h"
#include "redis/schema/complaint.h"
#include "redis/schema/hash_fields.h"
#include "redis/schema/own_keys.h"

namespace groupring::redis {
namespace {

std::string NodeKey(std::string_view name) {
  return std::string(kNodeKeyPrefix).append(name);
}

std::vector<std::string> Texts(Reply reply) {
  std::vector<std::string> texts;
  for (Reply& element : reply.elements) {
    texts.push_back(std::move(element.text));
  }
  return texts;
}

}  // namespace

absl::Status CheckNodeName(const std::string& name) {
  if (!name.empty() && name.find(':') == std::string::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s cannot be a node's name: it must not be empty nor hold a colon",
      Quoted(name)));
}

NodeStatus ParseNodeStatus(const std::string& name, const RawValue& fields) {
  const std::string key = NodeKey(name);
  Complaints unused;
  const HashFields found(key, fields, &unused);
  const auto number = [&](std::string_view field) {
    const std::optional<std::string_view> text = found.Find(field);
    if (!text) return int64_t{0};
    return ParseWholeNumber(*text, 0, std::numeric_limits<int64_t>::max())
        .value_or(0);
  };
  NodeStatus status;
  status.name = name;
  status.version = found.Find("version").value_or("");
  status.pid = number("pid");
  status.started_unix_seconds = number("started");
  status.seen_unix_millis = number("seen");
  status.generation = number("generation");
  status.names = number("names");
  status.groups = number("groups");
  status.trouble = found.Find("trouble").value_or("");
  return status;
}

std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status,
                                           std::chrono::milliseconds expiry) {
  const std::string key = NodeKey(status.name);
  const std::string seen = std::to_string(status.seen_unix_millis);
  return {{"HSET", key,                                             //
           "version", status.version,                               //
           "pid", std::to_string(status.pid),                       //
           "started", std::to_string(status.started_unix_seconds),  //
           "seen", seen,                                            //
           "generation", std::to_string(status.generation),         //
           "names", std::to_string(status.names),                   //
           "groups", std::to_string(status.groups),                 //
           "trouble", status.trouble},
          {"PEXPIRE", key, std::to_string(expiry.count())},
          {"ZADD", std::string(kNodesKey), seen, status.name}};
}

std::vector<RedisCommand> WithdrawCommands(const std::string& name) {
  return {{"DEL", NodeKey(name)}, {"ZREM", std::string(kNodesKey), name}};
}

absl::StatusOr<std::vector<NodeStatus>> ReadNodes(Connection* connection) {
  absl::StatusOr<Reply> index =
      connection->Command({"ZRANGE", kNodesKey, "0", "-1"});
  if (!index.ok()) return index.status();
  if (index->is_error()) return StatusOfWriteError(index->text);
  std::vector<std::string> names = Texts(*std::move(index));
  std::sort(names.begin(), names.end());

  for (const std::string& name : names) {
    connection->Append({"HGETALL", NodeKey(name)});
  }
  std::vector<NodeStatus> nodes;
  std::vector<std::string> expired;
  absl::Status refused;
  for (const std::string& name : names) {
    absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return reply.status();
    if (reply->is_error()) {
      const absl::Status status = StatusOfWriteError(reply->text);
      // A key of the wrong type is no node's.
      if (!absl::IsInvalidArgument(status)) refused = status;
      continue;
    }
    RawValue fields{RawValue::Kind::kValue, Texts(*std::move(reply))};
    if (fields.items.empty()) {
      expired.push_back(name);
    } else {
      nodes.push_back(ParseNodeStatus(name, fields));
    }
  }
  if (!refused.ok()) return refused;

  // No transaction, as a caller may be in the middle of one. Should a node
  // come back at this very moment, its next heartbeat lists it again.
  for (const std::string& name : expired) {
    connection->Append({"ZREM", kNodesKey, name});
  }
  for (size_t i = 0; i < expired.size(); ++i) {
    const absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return reply.status();
  }
  return nodes;
}

}  // namespace groupring::redis
