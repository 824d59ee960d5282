// When ramps and ends turn, so that a change is judged at its worst moment and
// not only at the moment it is made.
#ifndef GROUPRING_BACKEND_CHANGE_DECISIVE_TIMES_H_
#define GROUPRING_BACKEND_CHANGE_DECISIVE_TIMES_H_

#include <cstdint>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::backend {

// Unix milliseconds, ascending, `unix_millis` the first: between two of them
// the share of every group only rises or only falls, so that the least weight
// in service stands at one of them (or just before, which is listed, too).
std::vector<int64_t> DecisiveTimes(const redis::Dataset& dataset,
                                   int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_DECISIVE_TIMES_H_
