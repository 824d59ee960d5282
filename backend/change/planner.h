// What a change does: which clients it moves, and the objections to it.
#ifndef GROUPRING_BACKEND_CHANGE_PLANNER_H_
#define GROUPRING_BACKEND_CHANGE_PLANNER_H_

#include <cstdint>
#include <vector>

#include "backend/change/change.h"
#include "backend/change/client_impact.h"
#include "backend/change/impact.h"
#include "backend/change/interlock.h"
#include "backend/change/objection.h"
#include "redis/model/dataset.h"
#include "redis/model/health_data.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

struct Plan {
  Change change;
  // With the change made and its ramp at its end, everything else as it is now.
  Impact impact;
  // Likewise, of the clients that were given; or, where nobody gave any, of
  // networks whose label changes.
  ClientImpact clients;
  // The largest TTL of the names that the change affects: how long resolvers
  // may use answers from before it.
  uint32_t max_ttl_seconds = 0;
  // What it is about and what it writes to.
  redis::DatasetChange touched;
  // Whether it takes the last name away.
  bool leaves_no_name = false;
  // Why it is refused unless forced. Empty: nothing against it.
  std::vector<Objection> objections;
};

// `before` is the data that the change was made from, `health` what checkers
// have written of its groups, `clients` who asks (null: not known), `traffic`
// what nodes have counted (null: not known). Of `nodes` the groups count that
// are out on one of them alone.
Plan MakePlan(const redis::Dataset& before, Change change,
              const InterlockLimits& limits, int64_t unix_millis,
              const redis::HealthData& health = {},
              const std::vector<redis::NodeStatus>& nodes = {},
              const Population* clients = nullptr,
              const redis::TrafficProfile* traffic = nullptr);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_PLANNER_H_
