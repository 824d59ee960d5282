// Clients that make so much of a group's questions that they decide how busy it
// is.
#ifndef GROUPRING_BACKEND_REPORT_HEAVY_CLIENTS_H_
#define GROUPRING_BACKEND_REPORT_HEAVY_CLIENTS_H_

#include <cstdint>

#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

// Of fewer questions a day, faded, one client easily makes half by chance.
inline constexpr double kLeastQuestionsOfGroup = 1000;

// A warning for each subnet or label that makes more than this part of the
// questions of a group, on one of the first kMaxReportedRings rings: of each
// group the heaviest only.
Diagnostics HeavyClients(const Snapshot& snapshot,
                         const redis::TrafficProfile& traffic,
                         int64_t unix_millis, double most_share);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_HEAVY_CLIENTS_H_
