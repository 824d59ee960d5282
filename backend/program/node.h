// What a running `serve` says of itself in Redis.
#ifndef GROUPRING_BACKEND_PROGRAM_NODE_H_
#define GROUPRING_BACKEND_PROGRAM_NODE_H_

#include <cstdint>
#include <string>

#include "backend/engine/engine.h"
#include "backend/settings/settings.h"
#include "redis/admin/heartbeat.h"
#include "redis/store/store.h"

namespace groupring::backend {

// [node] name, or the host's.
std::string NodeName(const Settings& settings);

redis::HeartbeatOptions HeartbeatOptionsFor(const redis::StoreOptions& store);

redis::NodeStatus DescribeNode(const Engine& engine, const std::string& name,
                               int64_t started_unix_seconds);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_NODE_H_
