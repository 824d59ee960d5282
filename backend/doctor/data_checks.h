// Whether what Redis holds makes a sound service.
#ifndef GROUPRING_BACKEND_DOCTOR_DATA_CHECKS_H_
#define GROUPRING_BACKEND_DOCTOR_DATA_CHECKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

// `complaints`: what was left out while reading and while building the
// snapshot, a line each. `alike`: for how many names those of the snapshot
// stand.
Diagnostics CheckData(const Snapshot& snapshot,
                      const std::vector<std::string>& complaints,
                      int64_t unix_millis, const redis::AlikeNames& alike = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_DATA_CHECKS_H_
