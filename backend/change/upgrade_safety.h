// Whether a group that was taken out of service may be upgraded: no node
// answers its addresses, and no resolver's cache can hold them any more. Pure
// functions of the nodes' reports and the data in Redis.
#ifndef GROUPRING_BACKEND_CHANGE_UPGRADE_SAFETY_H_
#define GROUPRING_BACKEND_CHANGE_UPGRADE_SAFETY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// An address of the group that another group, name or record answers as well.
struct SharedAddress {
  enum class Holder { kGroup, kName, kRecord };

  std::string address;  // as the other holder has it
  Holder holder = Holder::kGroup;
  std::string owner;  // the other group, the name, or the record's owner name
  // Whether it is answered now. False: the other group is out of service as
  // well, but caches may still hold its earlier answers.
  bool answered = true;

  bool operator==(const SharedAddress&) const = default;
};

// Why a group cannot be called safe to upgrade.
struct Obstacle {
  enum class Kind {
    // A node, `node`:
    kNodeBehind,    // does not answer by the change yet
    kNodeNotSaved,  // would not after a restart without Redis
    kNodeDoubts,    // does not believe what Redis holds
    kNodeSilent,    // may answer from the data that it had last
    kNodeStopped,   // after a restart without Redis it would answer the group
    kNodeDoesNotMeasure,   // an older version: caches are not accounted for
    kNodeClockUnknown,     // its ramps may be off
    kNodeStillAnswers,     // answers the group although it is out of service
    kNodeReportDue,        // has not reported since the last answer expired
    kNoNodes,              // nobody reports
    kOwnClockUnknown,      // the command does not know Redis' time
    kAddressElsewhere,     // `shared` says where
    kServerAnswersGroup,   // a name server, `server`, still answers it
    kServerDoesNotAnswer,  // or could not be asked
  };

  Kind kind = Kind::kNoNodes;
  size_t node = 0;  // index into the nodes that were judged
  SharedAddress shared;
  std::string server;  // address and port
  std::string detail;  // what the server answered, or why it was not asked

  bool operator==(const Obstacle&) const = default;
};

// The result of waiting until an upgrade is safe.
struct ExpiryResult {
  // Why it is not safe; empty: it is.
  std::vector<Obstacle> obstacles;
  // The nodes that were judged last.
  std::vector<redis::NodeStatus> nodes;
  // Unix seconds: since when it has been safe. 0: it is not.
  int64_t safe_since = 0;
};

// What nodes report about a group.
struct NodesVerdict {
  std::vector<Obstacle> obstacles;
  // Unix seconds: until when a cache may hold the group according to all
  // reports (0: no cache does), and the index of the node that reported it.
  int64_t cached_until = 0;
  size_t cached_by = 0;
};

// `groups` are the group and those that share addresses with it; `generation`
// is that of the change.
NodesVerdict JudgeNodes(const std::vector<redis::NodeStatus>& nodes,
                        const std::vector<std::string>& groups,
                        int64_t generation);

// Who else has the group's addresses: other groups that are on a name, names
// with addresses of their own, static records. Sorted by holder; at most
// kMaxShared.
inline constexpr size_t kMaxShared = 20;
std::vector<SharedAddress> SharedAddresses(const redis::GroupData& group,
                                           const Snapshot& snapshot,
                                           int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_UPGRADE_SAFETY_H_
