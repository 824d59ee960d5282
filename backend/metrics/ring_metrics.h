// The metrics of rings: which part of the clients each group is meant to have,
// and which part it has.
#ifndef GROUPRING_BACKEND_METRICS_RING_METRICS_H_
#define GROUPRING_BACKEND_METRICS_RING_METRICS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "backend/metrics/exposition.h"
#include "backend/resolver/who_asks.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// The first name of each ring of the snapshot, by place; "": no name uses it.
std::vector<std::string> RingNames(const Snapshot& snapshot);

// That of the last snapshot, as a look at all names is due only when names have
// changed. Thread-safe.
class RingNameCache {
 public:
  // Never null.
  std::shared_ptr<const std::vector<std::string>> Of(const Snapshot& snapshot)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Mutex mutex_;
  decltype(Snapshot::owners) owners_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<std::string>> names_
      ABSL_GUARDED_BY(mutex_);
};

struct RingMetricsSource {
  const Snapshot* snapshot = nullptr;
  const std::vector<std::string>* names = nullptr;  // RingNames
  const std::vector<RingAnswers>* answers = nullptr;
  const std::vector<std::string>* groups = nullptr;  // by number
  int64_t unix_millis = 0;
};

// At most `most` series of each kind; of rings that come first by name.
void AddRingMetrics(const RingMetricsSource& source, size_t most,
                    Exposition* out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_METRICS_RING_METRICS_H_
