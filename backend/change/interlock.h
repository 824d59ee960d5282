// What a change must not do unless it is forced.
#ifndef GROUPRING_BACKEND_CHANGE_INTERLOCK_H_
#define GROUPRING_BACKEND_CHANGE_INTERLOCK_H_

#include <cstdint>
#include <vector>

#include "backend/change/objection.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct InterlockLimits {
  // The least part of a name's total weight that must stay in service.
  double min_weight_in_service = 0.5;
  // How many groups of a name operators may have taken out at once.
  int max_groups_out = 1;
};

// Why a change that leads from `before` to `after` is refused: one objection
// for each name that it would make worse beyond the limits, sorted by name. A
// limit that is exceeded already and gets no worse is no objection. Empty: the
// change is allowed.
std::vector<Objection> Objections(const Snapshot& before,
                                  int64_t before_unix_millis,
                                  const Snapshot& after,
                                  int64_t after_unix_millis,
                                  const InterlockLimits& limits);

// The times (unix milliseconds, ascending, `unix_millis` first) at which a
// change has to be judged. Between two of them the share of every group only
// rises or only falls, so the least weight in service occurs at one of them. A
// moment just before a jump is listed as well.
std::vector<int64_t> DecisiveTimes(const redis::Dataset& dataset,
                                   int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_INTERLOCK_H_
