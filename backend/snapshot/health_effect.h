// What health does to a group of a snapshot.
#ifndef GROUPRING_BACKEND_SNAPSHOT_HEALTH_EFFECT_H_
#define GROUPRING_BACKEND_SNAPSHOT_HEALTH_EFFECT_H_

#include <array>
#include <memory>

#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// Returns the group with the addresses that health withholds added to its own
// withheld ones, and with its ramp of return; `group` itself if health changes
// nothing or is null. A family that panics is not changed. Conclusions about
// other address sets than the group's have no effect: the next conclusion will
// follow.
std::shared_ptr<const redis::GroupData> WithHealth(
    const std::shared_ptr<const redis::GroupData>& group,
    const redis::HealthConclusions* conclusions,
    const std::array<bool, redis::kFamilies>& panics);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_HEALTH_EFFECT_H_
