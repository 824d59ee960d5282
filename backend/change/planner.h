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
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

struct Plan {
  Change change;
  // The impact of the change at the end of its ramp, with everything else as it
  // is now.
  Impact impact;
  // The same comparison for the given clients, or without them for the networks
  // whose label changes.
  ClientImpact clients;
  // The largest TTL of the names that the change affects: how long resolvers
  // may use answers from before it.
  uint32_t max_ttl_seconds = 0;
  // The names and groups that it is about or writes to.
  redis::DatasetChange touched;
  // Whether it removes the last name.
  bool leaves_no_name = false;
  // Why it is refused unless forced. Empty: it is allowed.
  std::vector<Objection> objections;
};

// `before` is the data that the change was made from, `health` what checkers
// have written of its groups, `clients` who asks (null: not known), `traffic`
// what nodes have counted (null: not known). Of `nodes` the groups count that
// are out on one of them alone. `alike`: for how many names those of `before`
// stand.
Plan MakePlan(const redis::Dataset& before, Change change,
              const InterlockLimits& limits, int64_t unix_millis,
              const redis::HealthData& health = {},
              const std::vector<redis::NodeStatus>& nodes = {},
              const Population* clients = nullptr,
              const redis::TrafficProfile* traffic = nullptr,
              const redis::AlikeNames& alike = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_PLANNER_H_
