// Groups the names of a dataset by the scopes in which they panic together.
#ifndef GROUPRING_REDIS_MODEL_PANIC_SCOPES_H_
#define GROUPRING_REDIS_MODEL_PANIC_SCOPES_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "redis/base/shared_map.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"
#include "redis/model/health_data.h"

namespace groupring::redis {

// Even a million names have few scopes. Not thread-safe.
class PanicScopes {
 public:
  PanicScopes() = default;
  explicit PanicScopes(const SharedMap<NameData>& names) { Follow(names); }

  // Updates the scopes to those of these names. The cost is proportional to
  // what has changed since the previous call.
  void Follow(const SharedMap<NameData>& names);

  // Each with the number of its names. Valid until the next Follow.
  const absl::flat_hash_map<PanicScope, size_t>& all() const { return counts_; }

 private:
  SharedMap<NameData> names_;  // keeps the lists alive
  absl::flat_hash_map<PanicScope, size_t> counts_;
};

// Returns what Conclude of health.h does, for callers that already have the
// scopes of the dataset's names.
HealthConclusions Conclude(const Dataset& dataset, const PanicScopes& scopes,
                           const HealthData& data, int64_t unix_millis,
                           const HealthConclusions& before);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_PANIC_SCOPES_H_
