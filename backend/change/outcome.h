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
  kNothing,   // all was as asked for already
  kRefused,   // by an interlock
  kConflict,  // someone else changed the same thing meanwhile
  kWritten,
};

// What nodes are called in lists (NodeLabels), each list sorted.
struct NodeProgress {
  std::vector<std::string> applied;
  std::vector<std::string> behind;
  // Silent: they may well answer what they knew last.
  std::vector<std::string> gone;
  // What `groupring nodes --forget` takes for each silent node.
  std::vector<std::string> forget;
  // They said that they end. Nobody waits for them.
  std::vector<std::string> stopped;
  // "ns1: nothing heard from Redis for 12 s" of those that say so.
  std::vector<std::string> troubled;
};

struct Outcome {
  Result result = Result::kPlanned;
  Plan plan;
  Occasion occasion;
  bool forced = false;

  // Of the data with the change in it. 0: not written.
  int64_t generation = 0;
  // When the last answer from before has left the resolvers' caches, should
  // all nodes answer by the change now. 0: there are none to wait for.
  int64_t old_answers_until_unix_seconds = 0;

  // What other commands changed between two attempts to make this change.
  std::vector<redis::AuditEntry> meanwhile;
  // Of a refused change: the groups that are out already and share a name with
  // what it touches.
  std::map<std::string, redis::GroupState> groups_out;

  // How far the nodes are. Not looked at for what was not written.
  bool nodes_known = false;
  NodeProgress nodes;

  // Whether it is on a replica; looked at for what was written.
  redis::Replicated replicated;

  // Once waited for: since when it is safe to upgrade the group, or why not.
  ExpiryResult expiry;
  // A group that fills: it was waited for until it had all its clients.
  bool filled = false;

  // What is wrong with values in Redis, a line for each: the plan goes by what
  // stands in for them where nothing was known before, nodes by what was in
  // force.
  std::vector<std::string> malformed;

  int exit_status = kExitDone;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_OUTCOME_H_
