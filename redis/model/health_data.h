// What checkers have written, as a name server has read it.
#ifndef GROUPRING_REDIS_MODEL_HEALTH_DATA_H_
#define GROUPRING_REDIS_MODEL_HEALTH_DATA_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/model/check.h"
#include "redis/model/verdict.h"

namespace groupring::redis {

struct GroupVerdicts {
  // How the group is checked; never null.
  std::shared_ptr<const CheckSettings> check;
  // Sorted by the ids of the checkers; checkers without verdicts are left out.
  std::vector<std::pair<std::string, std::shared_ptr<const Verdicts>>>
      by_checker;
};

// Immutable once published; parts are shared between versions.
struct HealthData {
  CheckSettings defaults;               // `groupring:check`
  std::vector<CheckerStatus> checkers;  // sorted by id
  // For all groups of the dataset; the pointers are never null.
  absl::flat_hash_map<std::string, std::shared_ptr<const GroupVerdicts>> groups;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_HEALTH_DATA_H_
