// The nodes, which changes they have applied, and those that are silent.
#ifndef GROUPRING_BACKEND_REPORT_NODE_REPORT_H_
#define GROUPRING_BACKEND_REPORT_NODE_REPORT_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "redis/model/node_status.h"

namespace groupring::backend {

struct NodesReport {
  std::vector<redis::NodeStatus> nodes;  // sorted by name
  int64_t generation = 0;                // of the last change in Redis
  int64_t unix_millis = 0;
};

// "up to date", "2 changes behind", "silent".
std::string ProgressWords(const redis::NodeStatus& node, int64_t generation);

// What is wrong with the node; empty: nothing.
std::string NodeTrouble(const redis::NodeStatus& node);

std::string NodesText(const NodesReport& report);
std::string NodesJson(const NodesReport& report);

// The array of NodesJson, for reports that it is a part of.
nlohmann::ordered_json NodesArray(const NodesReport& report);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_NODE_REPORT_H_
