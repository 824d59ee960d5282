// What became of a change, for people and for programs.
#ifndef GROUPRING_BACKEND_CONTROL_OUTCOME_H_
#define GROUPRING_BACKEND_CONTROL_OUTCOME_H_

#include <cstdint>
#include <string>
#include <vector>

#include "backend/change/planner.h"
#include "backend/control/exit_status.h"
#include "backend/control/node_wait.h"

namespace groupring::backend {

enum class Result {
  kPlanned,   // a dry run: nothing was to be written
  kNothing,   // all was as asked for already
  kRefused,   // by an interlock
  kConflict,  // someone else changed the same thing meanwhile
  kWritten,
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

  // What else an operator should know, such as who took the other group out.
  std::vector<std::string> notes;

  // How far the nodes are. Not looked at for what was not written.
  bool nodes_known = false;
  NodeProgress nodes;

  // Whether it is on a replica; looked at for what was written.
  redis::Replicated replicated;

  // Once waited for: when the group was free of clients. 0: not (yet).
  int64_t safe_unix_seconds = 0;

  int exit_status = kExitDone;
};

// What changes, whom it moves, until when old answers last: everything that is
// known when the change has been written (or not). Ends in a newline.
std::string OutcomeText(const Outcome& outcome);

// On which nodes it is applied, and whether it is safe to go on.
std::string NodesText(const Outcome& outcome);

// Why it was not made: one sentence to a line. Empty when it was.
std::string RefusalText(const Outcome& outcome);

// All of it; README.md is its page.
std::string OutcomeJson(const Outcome& outcome);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_OUTCOME_H_
