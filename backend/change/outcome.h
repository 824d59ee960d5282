// What became of a change.
#ifndef GROUPRING_BACKEND_CHANGE_OUTCOME_H_
#define GROUPRING_BACKEND_CHANGE_OUTCOME_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backend/change/exit_status.h"
#include "backend/change/planner.h"
#include "backend/change/upgrade_safety.h"
#include "redis/model/audit_entry.h"
#include "redis/model/replicated.h"

namespace groupring::backend {

enum class Result {
  kPlanned,   // a dry run: nothing was to be written
  kNothing,   // everything was as requested already
  kRefused,   // by an interlock
  kConflict,  // someone else changed the same thing meanwhile
  kWritten,
};

// What nodes are called in lists (NodeLabels), each list sorted.
struct NodeProgress {
  std::vector<std::string> applied;
  std::vector<std::string> behind;
  // Silent: they may still answer from the data that they had last.
  std::vector<std::string> gone;
  // What `groupring nodes --forget` takes for each silent node.
  std::vector<std::string> forget;
  // They reported that they stop. No command waits for them.
  std::vector<std::string> stopped;
  // "ns1: nothing heard from Redis for 12 s", for nodes that report trouble.
  std::vector<std::string> troubled;
};

struct Outcome {
  Result result = Result::kPlanned;
  Plan plan;
  Occasion occasion;
  bool forced = false;

  // The generation in Redis that has the change. 0: not written.
  int64_t generation = 0;
  // When the last answer from before the change has expired in resolvers'
  // caches, provided that all nodes answer by the change now. 0: no such
  // answers exist.
  int64_t old_answers_until_unix_seconds = 0;

  // What other commands changed between two attempts to make this change.
  std::vector<redis::AuditEntry> meanwhile;
  // Of a refused change: the groups that are out already and share a name with
  // what it touches.
  std::map<std::string, redis::GroupState> groups_out;

  // Which nodes have applied it. Set for a change that was written, or was in
  // effect already.
  bool nodes_known = false;
  NodeProgress nodes;

  // Whether a replica has it. Not set if nothing was written.
  redis::Replicated replicated;

  // Set after waiting for caches to expire: since when it is safe to upgrade
  // the group, or why it is not.
  ExpiryResult expiry;
  // A group that fills: it was waited for until it had all its clients.
  bool filled = false;

  // Malformed values in Redis, a line for each. The plan uses defaults in their
  // place; a node uses the values that were in force before.
  std::vector<std::string> malformed;

  int exit_status = kExitDone;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_OUTCOME_H_
