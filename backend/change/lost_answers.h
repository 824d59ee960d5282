// What is answered before a change and would not be after it.
#ifndef GROUPRING_BACKEND_CHANGE_LOST_ANSWERS_H_
#define GROUPRING_BACKEND_CHANGE_LOST_ANSWERS_H_

#include <cstdint>
#include <vector>

#include "backend/change/objection.h"
#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// An objection for each zone or name that would no longer be there, and for
// each group (or name with addresses of its own) that is in service before and
// after but would have no address of a family left. Sorted: zones, then the
// others by name.
std::vector<Objection> LostAnswers(const Snapshot& before,
                                   const Snapshot& after, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_LOST_ANSWERS_H_
