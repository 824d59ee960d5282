// What was measured of the service: what nodes have counted, and how busy the
// groups are.
#ifndef GROUPRING_REDIS_MODEL_MEASURED_H_
#define GROUPRING_REDIS_MODEL_MEASURED_H_

#include "redis/model/group_load.h"
#include "redis/model/traffic.h"

namespace groupring::redis {

struct Measured {
  TrafficProfile traffic;
  GroupLoads loads;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_MEASURED_H_
