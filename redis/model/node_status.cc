#include "redis/model/node_status.h"

namespace groupring::redis {
namespace {

// How much two measurements of Redis' time can differ.
constexpr int64_t kClockToleranceMillis = 1000;

}  // namespace

bool HasTakenThePlaceOf(const NodeStatus& node, const NodeStatus& successor) {
  const bool same_place =
      node.name == successor.name && node.host == successor.host &&
      node.kind == successor.kind && node.place == successor.place;
  return same_place && node.instance != successor.instance &&
         node.state != NodeState::kUp && successor.is_up() &&
         successor.live_since_unix_millis + kClockToleranceMillis >=
             node.seen_unix_millis;
}

}  // namespace groupring::redis
