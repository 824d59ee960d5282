// The metrics of connections, and of how long answers take.
#ifndef GROUPRING_BACKEND_METRICS_TRAFFIC_METRICS_H_
#define GROUPRING_BACKEND_METRICS_TRAFFIC_METRICS_H_

#include "backend/metrics/exposition.h"
#include "backend/protocol/traffic_counts.h"

namespace groupring::backend {

// As a histogram, in seconds.
Exposition::Buckets BucketsOf(const LatencyCounts& latency);

void AddTraffic(const TrafficCounts& traffic, Exposition* out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_METRICS_TRAFFIC_METRICS_H_
