// The metrics of a node that answers queries. README.md beside this file lists
// the series.
#ifndef GROUPRING_BACKEND_METRICS_NODE_METRICS_H_
#define GROUPRING_BACKEND_METRICS_NODE_METRICS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/protocol/http_router.h"
#include "backend/protocol/traffic_counts.h"
#include "backend/report/status_report.h"
#include "backend/resolver/query_counts.h"
#include "backend/resolver/who_asks.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/clock.h"
#include "redis/model/health.h"
#include "redis/model/health_data.h"

namespace groupring::backend {

class Engine;

// What metrics are made of. The pointers stay the caller's.
struct MetricsSource {
  const Snapshot* snapshot = nullptr;  // null: nothing has been loaded
  NodeFacts facts;
  const QueryCounts* counts = nullptr;
  std::vector<std::string> counted_groups;  // by number
  // As RingNames tells them; null: they are looked for.
  const std::vector<std::string>* ring_names = nullptr;
  std::vector<RingAnswers> ring_answers;
  const redis::HealthConclusions* health = nullptr;
  // What they are concluded from, as of `health_unix_millis`; may be null.
  const redis::HealthData* health_data = nullptr;
  int64_t health_unix_millis = 0;
  const LatencyCounts* builds = nullptr;  // of snapshots; may be null
  int64_t started_unix_millis = 0;
  int64_t unix_millis = 0;
};

// Of more groups than this, only the first by name have series of their own;
// groupring_groups_without_series says how many have none.
inline constexpr size_t kMaxGroupsWithSeries = 2000;

// In Prometheus' text format. Looks at rings, groups and classes of names, and
// at every name only to find what rings are called.
std::string NodeMetrics(const MetricsSource& source);

// Adds /metrics. All outlives the router.
void AddMetrics(const Engine* engine, const Clock* clock, HttpRouter* router);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_METRICS_NODE_METRICS_H_
