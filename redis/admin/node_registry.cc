#include "redis/admin/node_registry.h"

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/admin/write_error.h"
#include "redis/schema/complaint.h"
#include "redis/schema/hash_fields.h"
#include "redis/schema/own_keys.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;

std::string NodeKey(std::string_view name) {
  return std::string(kNodeKeyPrefix).append(name);
}

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
    return WholeNumber(found.Find(field).value_or(""));
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
  status.answers_from = found.Find("answers_from").value_or("");
  status.answers_from_since_unix_millis = number("answers_from_since");
  status.doubted_names = number("doubted_names");
  return status;
}

std::vector<RedisCommand> AnnounceCommands(const NodeStatus& status,
                                           milliseconds expiry) {
  const std::string key = NodeKey(status.name);
  const std::string seen = std::to_string(status.seen_unix_millis);
  return {{"HSET",
           key,  //
           "version",
           status.version,  //
           "pid",
           std::to_string(status.pid),  //
           "started",
           std::to_string(status.started_unix_seconds),  //
           "seen",
           seen,  //
           "generation",
           std::to_string(status.generation),  //
           "names",
           std::to_string(status.names),  //
           "groups",
           std::to_string(status.groups),  //
           "trouble",
           status.trouble,  //
           "answers_from",
           status.answers_from,  //
           "answers_from_since",
           std::to_string(status.answers_from_since_unix_millis),
           "doubted_names",
           std::to_string(status.doubted_names)},
          {"PEXPIRE", key, std::to_string(expiry.count())},
          {"ZADD", std::string(kNodesKey), seen, status.name}};
}

std::vector<RedisCommand> WithdrawCommands(const std::string& name) {
  return {{"DEL", NodeKey(name)}, {"ZREM", std::string(kNodesKey), name}};
}

absl::StatusOr<std::vector<NodeStatus>> ReadNodes(int64_t unix_millis,
                                                  Connection* connection) {
  absl::StatusOr<Reply> index =
      connection->Command({"ZRANGE", kNodesKey, "0", "-1", "WITHSCORES"});
  if (!index.ok()) return index.status();
  if (index->is_error()) return StatusOfWriteError(index->text);
  std::map<std::string, int64_t> seen;
  const std::vector<std::string> texts = Texts(*std::move(index));
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
    absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return reply.status();
    if (reply->is_error()) {
      const absl::Status status = StatusOfWriteError(reply->text);
      // A key of the wrong type is no node's.
      if (!absl::IsInvalidArgument(status)) refused = status;
      continue;
    }
    RawValue fields{RawValue::Kind::kValue, Texts(*std::move(reply))};
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
    const absl::StatusOr<Reply> reply = connection->Read();
    if (!reply.ok()) return reply.status();
  }
  return nodes;
}

absl::Status ForgetNode(const std::string& name, Connection* connection) {
  const absl::StatusOr<Reply> removed =
      connection->Command({"ZREM", kNodesKey, name});
  if (!removed.ok()) return removed.status();
  if (removed->is_error()) return StatusOfWriteError(removed->text);
  if (removed->integer == 0) {
    return absl::NotFoundError(
        absl::StrFormat("no node is called %s", Quoted(name)));
  }
  const absl::StatusOr<Reply> deleted =
      connection->Command({"DEL", NodeKey(name)});
  if (!deleted.ok()) return deleted.status();
  return deleted->is_error() ? StatusOfWriteError(deleted->text)
                             : absl::OkStatus();
}

}  // namespace groupring::redis
