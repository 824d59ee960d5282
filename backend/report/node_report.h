// The nodes, which changes they have applied, and those that are silent.
#ifndef GROUPRING_BACKEND_REPORT_NODE_REPORT_H_
#define GROUPRING_BACKEND_REPORT_NODE_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "backend/report/colour.h"
#include "redis/base/diagnostic.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

struct NodesReport {
  std::vector<redis::NodeStatus> nodes;  // sorted by name
  int64_t generation = 0;                // of the last change in Redis
  int64_t unix_millis = 0;
};

// How each node is called where several are listed: its name, and when that is
// not unique "ns1 (embedded, process 4711)".
std::vector<std::string> NodeLabels(
    const std::vector<redis::NodeStatus>& nodes);

// What `groupring nodes --forget` takes for the node at `index`: its name, and
// when that is not unique "<name>:<instance>".
std::string ForgetOperand(const std::vector<redis::NodeStatus>& nodes,
                          size_t index);

// "up to date", "2 changes behind", "silent", "stopped".
std::string ProgressWords(const redis::NodeStatus& node, int64_t generation);

// What is wrong with the node; empty: nothing.
std::string NodeTrouble(const redis::NodeStatus& node);

// The kind of that trouble.
DiagnosticCode NodeTroubleCode(redis::NodeState state);

// A finding for each node in trouble, with what to do: a problem where a node
// is silent or does not believe what Redis holds, else a warning.
Diagnostics NodeProblems(const std::vector<redis::NodeStatus>& nodes);

// A warning for each node that is up and reads the keys by other rules than
// `here`.
Diagnostics SchemaProblems(const std::vector<redis::NodeStatus>& nodes,
                           redis::Schema here);

std::string NodesText(const NodesReport& report,
                      Colours colours = Colours::kNone);
std::string NodesJson(const NodesReport& report);

// The array of NodesJson, for reports that it is a part of.
nlohmann::ordered_json NodesArray(const NodesReport& report);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_NODE_REPORT_H_
