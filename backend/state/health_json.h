// The health inside a state file: what is withheld, and why.
#ifndef GROUPRING_BACKEND_STATE_HEALTH_JSON_H_
#define GROUPRING_BACKEND_STATE_HEALTH_JSON_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// Null: none.
struct SavedHealth {
  std::shared_ptr<const redis::HealthConclusions> conclusions;
  int64_t unix_millis = 0;  // when that was concluded
};

// Null when it withholds nothing and no group returns.
nlohmann::json HealthToJson(const SavedHealth& health,
                            const redis::Dataset& dataset);

// Only groups of which something is withheld, or which return. They are of the
// sets of the dataset, which was read from the same file; what it does not have
// is left out. Throws what nlohmann throws, and std::out_of_range.
SavedHealth HealthFromJson(const nlohmann::json& object,
                           const redis::Dataset& dataset);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_HEALTH_JSON_H_
