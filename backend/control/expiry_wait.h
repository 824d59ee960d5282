// Waiting, once a group is out of service, until it is safe to upgrade: every
// node answers without it, and no resolver's cache can hold its addresses.
#ifndef GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_
#define GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/change/upgrade_safety.h"
#include "backend/control/control_store.h"
#include "backend/control/node_wait.h"
#include "redis/base/clock.h"
#include "redis/model/address.h"

namespace groupring::backend {

struct Expiry {
  std::string group;
  // The generation of the change that takes it out, or found that it was out.
  int64_t generation = 0;
  // Unix seconds: when its ramp has ended, so that it is out of service
  // everywhere.
  int64_t out_from = 0;
  // The addresses of the group that are out; empty: the whole group.
  std::vector<redis::AddressRange> addresses = {};
};

// Asks name servers through DNS whether they still answer the group. Returns an
// obstacle for each server that does, or that does not reply. Called at the end
// of the wait.
using AskServers = std::function<std::vector<Obstacle>(
    const redis::GroupData& group, const Snapshot& snapshot)>;

// Waits until no cache can hold the group. For single addresses the time is the
// one that nodes report for the whole group once each of them has applied the
// change, because nodes measure per group.
//
// Each node measures until when caches may hold the group because of its
// answers. It is safe when that time has passed, each node has reported since
// then, and there is no other obstacle. An obstacle that cannot go away by
// itself (an address that is answered elsewhere, a node that has been silent or
// stopped for ten seconds at the beginning) ends the wait at once. The wait for
// other obstacles ends `patience` after that time. If nodes go on answering the
// group although it is out (because nothing else of a name is in service), the
// wait ends as soon as their reports show it.
//
// kAborted as soon as the group comes back, or is scheduled to come back before
// it is safe: at once if a command does it, within two seconds otherwise. If
// Redis is away at the end, waits up to `patience` for it; then kUnavailable,
// because whether the group is still out is unknown.
absl::StatusOr<ExpiryResult> WaitForExpiry(
    const Expiry& expiry, std::chrono::milliseconds patience,
    ControlStore* store, const AskServers& ask_servers, const Clock* clock,
    const Pause& pause, const News& news);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_
