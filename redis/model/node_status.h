// What a node reports about itself in Redis.
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
  kHeld,     // the last data from Redis, which is away
  kDoubted,  // the last data, because Redis now seems to have lost data
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
  // It stopped reporting without saying that it ends: it crashed, it hangs, or
  // it no longer reaches Redis and answers from its last data.
  kSilent,
  // It reported that it ends. If it is started again and cannot reach Redis, it
  // answers from its saved data and cannot report that.
  kStopped,
};

// Identifies a node. A node is a process that answers, and each start is a new
// instance: two processes with one name are two nodes.
struct NodeIdentity {
  std::string name;      // [node] name, or the name of the host
  std::string instance;  // random; empty: a version that has none
  std::string host;      // the name of the host
  NodeKind kind = NodeKind::kUnknown;
  // Where PowerDNS finds it: what it listens on, or the command line of
  // PowerDNS. A process that takes its place has the same.
  std::string place;

  bool operator==(const NodeIdentity&) const = default;
};

// `groupring:node:<name>:<instance>`.
struct NodeStatus : NodeIdentity {
  NodeState state = NodeState::kUp;
  std::string version;
  int64_t pid = 0;
  int64_t started_unix_seconds = 0;
  // When it began to answer clients. A process that replaces another starts
  // before the other ends, and begins to answer afterwards.
  int64_t live_since_unix_millis = 0;
  int64_t seen_unix_millis = 0;  // for kStopped: when it ended
  // Its answers contain every change up to this generation.
  int64_t generation = 0;
  // Its saved data contains every change up to this generation, and so do the
  // answers of a process that is started in its place without Redis. Nothing:
  // it saves no data.
  std::optional<int64_t> saved_generation;
  // The rules by which it reads the keys. Nothing: it does not say.
  std::optional<Schema> schema;
  int64_t names = 0;
  int64_t groups = 0;
  std::string trouble;  // in words; empty: none
  DataOrigin answers_from = DataOrigin::kUnknown;
  int64_t answers_from_since_unix_millis = 0;
  // How many names Redis holds, as a doubting node sees it.
  int64_t doubted_names = 0;
  // How much the wall clock of its host is ahead of Redis' time. Nothing: it
  // does not know Redis' time, so its ramps may be wrong.
  std::optional<int64_t> clock_offset_millis;
  // For each group, the unix seconds until which a cache may hold one of its
  // addresses because this node answered it. Groups that no cache can still
  // hold are left out.
  std::map<std::string, int64_t> cached_until;
  // For each group that operators took out on this node only, the unix seconds
  // until which it is out.
  std::map<std::string, int64_t> local_out;
  // Whether it measures cached_until at all.
  bool measures_caches = false;

  bool is_up() const { return state == NodeState::kUp; }
  bool doubting() const { return answers_from == DataOrigin::kDoubted; }
};

// Whether `successor` has taken the place of `node`, so that `node` certainly
// no longer answers: both have the same name, host, kind and place, `node` has
// stopped or is silent, and `successor` went live after that.
bool HasTakenThePlaceOf(const NodeStatus& node, const NodeStatus& successor);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_NODE_STATUS_H_
