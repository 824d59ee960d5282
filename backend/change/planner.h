// What a change comes to: whom it moves, and what speaks against it.
#ifndef GROUPRING_BACKEND_CHANGE_PLANNER_H_
#define GROUPRING_BACKEND_CHANGE_PLANNER_H_

#include <cstdint>
#include <vector>

#include "backend/change/change.h"
#include "backend/change/impact.h"
#include "backend/change/interlock.h"
#include "backend/change/objection.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct Plan {
  Change change;
  // With the change settled, everything else as it is now.
  Impact impact;
  // Of all names that the change bears on: how long resolvers may go on with
  // what they were told before.
  uint32_t max_ttl_seconds = 0;
  // All that it is about or writes to.
  redis::DatasetChange touched;
  // Whether it takes the last name away.
  bool leaves_no_name = false;
  // Why it is refused unless forced. Empty: nothing against it.
  std::vector<Objection> objections;
};

// `before` is the data that the change was made from.
Plan MakePlan(const redis::Dataset& before, Change change,
              const InterlockLimits& limits, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_PLANNER_H_
