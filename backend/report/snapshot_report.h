// What each node answers from, and what Redis holds.
#ifndef GROUPRING_BACKEND_REPORT_SNAPSHOT_REPORT_H_
#define GROUPRING_BACKEND_REPORT_SNAPSHOT_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "redis/model/acceptance.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

struct SnapshotReport {
  // In Redis.
  size_t names = 0;
  size_t groups = 0;
  int64_t generation = 0;
  std::vector<redis::NodeStatus> nodes;  // sorted by name
  redis::Acceptance accepted;            // the last one
};

std::string SnapshotText(const SnapshotReport& report);
std::string SnapshotJson(const SnapshotReport& report);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_SNAPSHOT_REPORT_H_
