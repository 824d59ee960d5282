#include "backend/program/node.h"

#include <unistd.h>

#include <array>
#include <memory>

#include "absl/strings/str_join.h"
#include "backend/report/status_report.h"

namespace groupring::backend {

std::string NodeName(const Settings& settings) {
  if (!settings.node.name.empty()) return settings.node.name;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return "localhost";
  return host.data();
}

redis::HeartbeatOptions HeartbeatOptionsFor(const redis::StoreOptions& store) {
  redis::HeartbeatOptions options;
  options.endpoint = store.endpoint;
  options.timeouts.connect = store.connect_timeout;
  options.timeouts.command = store.command_timeout;
  return options;
}

redis::NodeStatus DescribeNode(const Engine& engine, const std::string& name,
                               int64_t started_unix_seconds) {
  redis::NodeStatus node;
  node.name = name;
  node.pid = getpid();
  node.started_unix_seconds = started_unix_seconds;
  const NodeFacts facts = engine.Facts();
  node.version = facts.version;
  const std::shared_ptr<const Snapshot> snapshot = engine.snapshots().Take();
  if (snapshot == nullptr) {
    node.trouble = "nothing loaded yet";
    return node;
  }
  const StatusReport status =
      ReportStatus(*snapshot, facts, snapshot->built_unix_millis);
  node.generation = status.redis_generation;
  node.names = static_cast<int64_t>(status.names);
  node.groups = static_cast<int64_t>(status.groups);
  node.trouble = absl::StrJoin(status.problems, "; ");
  return node;
}

}  // namespace groupring::backend
