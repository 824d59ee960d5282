// What health does to a group of a snapshot.
#ifndef GROUPRING_BACKEND_SNAPSHOT_HEALTH_EFFECT_H_
#define GROUPRING_BACKEND_SNAPSHOT_HEALTH_EFFECT_H_

#include <array>
#include <memory>

#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// The group with the addresses that health withholds besides those that it
// withholds itself, and with its ramp of return; `group` itself where health
// changes nothing, or is null. A family that panics is left as it is. Health
// that was concluded of other sets than those of the group has no effect on
// them: the next conclusion is under way.
std::shared_ptr<const redis::GroupData> WithHealth(
    const std::shared_ptr<const redis::GroupData>& group,
    const redis::HealthConclusions* conclusions,
    const std::array<bool, redis::kFamilies>& panics);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_HEALTH_EFFECT_H_
