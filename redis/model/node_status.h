// What a node says of itself in Redis.
#ifndef GROUPRING_REDIS_MODEL_NODE_STATUS_H_
#define GROUPRING_REDIS_MODEL_NODE_STATUS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "redis/model/dataset.h"

namespace groupring::redis {

// Which data a node answers from.
enum class DataOrigin {
  kUnknown,  // it does not say
  kLive,     // what Redis holds
  kHeld,     // what Redis held last: it is away
  kDoubted,  // the same, as Redis holds data that looks like a loss
};

// How a node is run.
enum class NodeKind {
  kUnknown,    // it does not say
  kDaemon,     // groupring serve
  kCoprocess,  // groupring pipe, a child of PowerDNS
  kEmbedded,   // libgroupring.so inside PowerDNS
};

enum class NodeState {
  kUp,
  // It has stopped reporting, without saying that it ends: it crashed, hangs,
  // or no longer reaches Redis and answers from what it knew last.
  kSilent,
  // It said that it ends. Should it be started again while it cannot reach
  // Redis, it answers from what it saved and cannot say so.
  kStopped,
};

// Which node it is. A node is a process that answers, and each start of it is
// another instance: two processes with one name are two nodes.
struct NodeIdentity {
  std::string name;      // [node] name, or the name of the host
  std::string instance;  // random; empty: a version that has none
  std::string host;      // the name of the host
  NodeKind kind = NodeKind::kUnknown;
  // Where PowerDNS finds it, so that a process can be told from the one that
  // takes its place: what it listens on, or the command line of PowerDNS.
  std::string place;

  bool operator==(const NodeIdentity&) const = default;
};

// `groupring:node:<name>:<instance>`.
struct NodeStatus : NodeIdentity {
  NodeState state = NodeState::kUp;
  std::string version;
  int64_t pid = 0;
  int64_t started_unix_seconds = 0;
  // When it began to answer clients. (A process that replaces another one
  // starts before that one ends, and goes live afterwards.)
  int64_t live_since_unix_millis = 0;
  int64_t seen_unix_millis = 0;  // of kStopped: when it ended
  // Every change up to this generation is in its answers.
  int64_t generation = 0;
  // Every change up to this one is in the data that it has saved, and so in the
  // answers of a process that is started in its place without Redis. Nothing:
  // it saves no data.
  std::optional<int64_t> saved_generation;
  // Whose rules it reads the keys by. Nothing: it does not say.
  std::optional<Schema> schema;
  int64_t names = 0;
  int64_t groups = 0;
  std::string trouble;  // in words; empty: none
  DataOrigin answers_from = DataOrigin::kUnknown;
  int64_t answers_from_since_unix_millis = 0;
  // How many names Redis holds, as a doubting node sees it.
  int64_t doubted_names = 0;
  // By how much the wall clock of its host is ahead of Redis' time. Nothing: it
  // does not know Redis' time, so its ramps may be off.
  std::optional<int64_t> clock_offset_millis;
  // Unix seconds by group: until when a cache may hold one of the group's
  // addresses because this node answered it. Groups that no cache can hold any
  // more are left out.
  std::map<std::string, int64_t> cached_until;
  // Unix seconds by group: until when operators have taken the group out on
  // this node alone.
  std::map<std::string, int64_t> local_out;
  // Whether it measures cached_until at all.
  bool measures_caches = false;

  bool is_up() const { return state == NodeState::kUp; }
  bool doubting() const { return answers_from == DataOrigin::kDoubted; }
};

// Whether `successor` has taken the place of `node`, so that `node` certainly
// answers nobody: both are of one name, host, kind and place, `node` has
// stopped or fallen silent, and `successor` went live after that.
bool HasTakenThePlaceOf(const NodeStatus& node, const NodeStatus& successor);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_NODE_STATUS_H_
