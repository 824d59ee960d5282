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
  // Of the change that takes it out, or that found it out.
  int64_t generation = 0;
  // Unix seconds: when it is out of service everywhere, its ramp at its end.
  int64_t out_from = 0;
  // Of the group only these have gone out; empty: all of it.
  std::vector<redis::AddressRange> addresses = {};
};

// Asks name servers through DNS whether they still answer the group: one
// obstacle for each that does, or that does not answer. Called at the end.
using AskServers = std::function<std::vector<Obstacle>(
    const redis::GroupData& group, const Snapshot& snapshot)>;

// Of single addresses: nodes measure per group until when caches may hold it,
// so the time is that of what the group was answered with when each node had
// applied the change.
//
// Goes by what nodes measure: until when caches may hold the group because of
// their answers. It is safe when that time has passed, each node has reported
// after it, and nothing is in the way. What cannot go away by itself (an
// address that is answered elsewhere, a node that has been silent or stopped
// for ten seconds at the beginning) ends the wait at once; other obstacles have
// until the time has passed, and `patience` after it. A group that nodes go on
// answering although it is out (nothing else of a name is in service) ends the
// wait as soon as their reports show it.
//
// kAborted as soon as the group comes back or is about to before then: at once
// when a command does it, within two seconds when anything else does. When
// Redis is away at the end it is waited for, at most for `patience`:
// kUnavailable, as nobody can say whether the group is still out.
absl::StatusOr<ExpiryResult> WaitForExpiry(
    const Expiry& expiry, std::chrono::milliseconds patience,
    ControlStore* store, const AskServers& ask_servers, const Clock* clock,
    const Pause& pause, const News& news);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CONTROL_EXPIRY_WAIT_H_
