// The nodes that are alive, and what they answer by.
#ifndef GROUPRING_BACKEND_REPORT_NODE_REPORT_H_
#define GROUPRING_BACKEND_REPORT_NODE_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "redis/admin/admin.h"

namespace groupring::backend {

struct NodesReport {
  std::vector<redis::NodeStatus> nodes;  // sorted by name
  int64_t generation = 0;                // of the last change in Redis
  int64_t unix_millis = 0;
};

// "answers by it", "2 changes behind".
std::string ProgressWords(const redis::NodeStatus& node, int64_t generation);

std::string NodesText(const NodesReport& report);
std::string NodesJson(const NodesReport& report);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_NODE_REPORT_H_
