// The metrics of the data: how Redis is followed, and what is answered from.
#ifndef GROUPRING_BACKEND_METRICS_FEED_METRICS_H_
#define GROUPRING_BACKEND_METRICS_FEED_METRICS_H_

#include <cstdint>

#include "backend/metrics/exposition.h"
#include "backend/protocol/traffic_counts.h"
#include "backend/report/status_report.h"

namespace groupring::backend {

// `builds`: how long it took to build snapshots; may be null.
void AddFeed(const NodeFacts& facts, const LatencyCounts* builds,
             int64_t unix_millis, Exposition* out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_METRICS_FEED_METRICS_H_
