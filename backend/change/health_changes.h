// Changes of what health may do.
#ifndef GROUPRING_BACKEND_CHANGE_HEALTH_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_HEALTH_CHANGES_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/model/health_data.h"

namespace groupring::backend {

// Health withholds none of the group's addresses before `until`.
// kInvalidArgument: `until` is not a time, or has passed. kNotFound: no such
// group.
absl::StatusOr<Change> PauseHealth(const redis::Dataset& dataset,
                                   const redis::HealthData& health,
                                   const std::string& group,
                                   std::string_view until,
                                   const Occasion& occasion);

// Health counts again at once.
absl::StatusOr<Change> ResumeHealth(const redis::Dataset& dataset,
                                    const redis::HealthData& health,
                                    const std::string& group,
                                    const Occasion& occasion);

// What checkers have written, with the pauses that the writes set or remove.
redis::HealthData WithPauses(const redis::WriteBatch& writes,
                             redis::HealthData health);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_HEALTH_CHANGES_H_
