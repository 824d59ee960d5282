// The connection to Redis of one command, and what commands read with it.
#ifndef GROUPRING_BACKEND_PROGRAM_CONTROL_SESSION_H_
#define GROUPRING_BACKEND_PROGRAM_CONTROL_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/interlock.h"
#include "backend/control/admin_store.h"
#include "backend/program/commands.h"
#include "backend/report/node_report.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/clock.h"
#include "redis/base/redis_clock.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"
#include "redis/model/measured.h"

namespace groupring::backend {

struct ControlSession {
  SystemClock host_clock;
  RedisClock clock{&host_clock};  // Redis' time, where its user may ask for it
  InterlockLimits limits;
  std::unique_ptr<AdminStore> store;
  // A line for each value that was left out while reading.
  std::vector<std::string> complaints;
  double heavy_share = 0.5;  // of a group's questions, see HeavyClients
};

// Which names a command looks at. kAlike: where there are many, one of those
// that are alike, as the process that serves on this host knows them, or
// else as they are read from Redis.
enum class NamesWanted { kAll, kAlike };

// Reads the settings and connects. Ignores SIGPIPE from then on.
absl::StatusOr<std::unique_ptr<ControlSession>> OpenSession(
    const CommandOptions& options, NamesWanted wanted = NamesWanted::kAll);

// All data in Redis at one time.
struct Reading {
  redis::Dataset dataset;
  std::shared_ptr<const redis::HealthData> health;              // never null
  std::shared_ptr<const redis::HealthConclusions> conclusions;  // never null
  std::shared_ptr<const Snapshot> snapshot;  // what a node would answer from
  redis::AlikeNames alike;  // for how many names those of the dataset stand
  int64_t unix_millis = 0;
};

// Also replaces the session's complaints, and lowers the priority of the
// process: what is only read does not compete with answers on the same host.
absl::StatusOr<Reading> ReadEverything(ControlSession* session);

// Likewise, of these names, those above them and their groups alone.
absl::StatusOr<Reading> ReadNames(const std::vector<std::string>& names,
                                  ControlSession* session);

// What nodes have counted and how busy the groups are; nothing where it cannot
// be read, which is among the complaints then.
redis::Measured ReadMeasured(const redis::Dataset& dataset,
                             ControlSession* session);

// The nodes, to be compared with the generation in Redis.
absl::StatusOr<NodesReport> ReadNodes(int64_t generation,
                                      ControlSession* session);

// Prints how many values were left out while reading, if any were.
void MentionComplaints(const ControlSession& session);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CONTROL_SESSION_H_
