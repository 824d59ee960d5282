// The options of a node's parts, made of the settings.
#ifndef GROUPRING_BACKEND_NODE_OPTIONS_H_
#define GROUPRING_BACKEND_NODE_OPTIONS_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "backend/engine/engine.h"
#include "backend/settings/settings.h"
#include "redis/admin/heartbeat.h"
#include "redis/store/store.h"

namespace groupring::backend {

// The release of groupring, such as "0.1.0".
extern const char kVersion[];

// Reads the password files. kInvalidArgument: the message names the setting
// that is wrong.
absl::StatusOr<redis::StoreOptions> StoreOptionsFor(const Settings& settings);

// As StoreOptionsFor, but for commands: with the user of [control] redis if it
// is set.
absl::StatusOr<redis::StoreOptions> CommandStoreOptionsFor(
    const Settings& settings);

// As StoreOptionsFor, but for checkers: with the user of [checker] redis if it
// is set.
absl::StatusOr<redis::StoreOptions> CheckerStoreOptionsFor(
    const Settings& settings);

EngineOptions EngineOptionsFor(const Settings& settings,
                               const redis::StoreOptions& store);

redis::HeartbeatOptions HeartbeatOptionsFor(const redis::StoreOptions& store);

std::string HostName();

// The command line of a process, its words separated by spaces; empty if the
// system does not say.
std::string CommandLineOf(pid_t process);

// [node] name, or the name of the host.
std::string NodeName(const Settings& settings);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_NODE_OPTIONS_H_
