// What is answered before a change and would not be after it.
#ifndef GROUPRING_BACKEND_CHANGE_LOST_ANSWERS_H_
#define GROUPRING_BACKEND_CHANGE_LOST_ANSWERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// A sentence for each zone or name that would no longer be there, and for each
// group (or name with addresses of its own) that is in service before and
// after but would have no address of a family left. Sorted.
std::vector<std::string> LostAnswers(const Snapshot& before,
                                     const Snapshot& after,
                                     int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_LOST_ANSWERS_H_
