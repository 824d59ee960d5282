// Follows in Redis what there is to check.
#ifndef GROUPRING_BACKEND_CHECKER_CHECK_FEED_H_
#define GROUPRING_BACKEND_CHECKER_CHECK_FEED_H_

#include <functional>
#include <memory>
#include <optional>

#include "backend/checker/check_plan.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/model/dataset.h"
#include "redis/model/health_data.h"
#include "redis/store/store.h"

namespace groupring::backend {

struct CheckInputs {
  GroupAddresses groups;
  // What all checkers have written, including this one; null: not read yet.
  std::shared_ptr<const redis::HealthData> health;
};

// Whether both have the same groups, addresses and CHECK fields. Verdicts are
// not compared, because those of this checker change all the time.
bool SameChecks(const CheckInputs& a, const CheckInputs& b);

// Runs on the store's own thread.
class CheckFeed {
 public:
  // `known`: the inputs of the previous checker, or empty ones. `wake` is
  // called on the feed's thread when Take has something. The clock outlives it.
  CheckFeed(redis::StoreOptions options, CheckInputs known, const Clock* clock,
            const LogSink& log, std::function<void()> wake);

  void Start() { store_->Start(); }
  void Stop() { store_->Stop(); }

  // The complete inputs if they have changed since the last call. Any thread.
  std::optional<CheckInputs> Take();

 private:
  void TakeDataset(const redis::Dataset& dataset,
                   const redis::DatasetChange& change);
  void TakeHealth(std::shared_ptr<const redis::HealthData> health);

  const std::function<void()> wake_;
  Mutex mutex_;
  CheckInputs inputs_ ABSL_GUARDED_BY(mutex_);
  bool is_new_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<redis::Store> store_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECK_FEED_H_
