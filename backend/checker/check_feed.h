// What there is to check, followed in Redis.
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
  // What checkers have written, this one among them; null: not read yet.
  std::shared_ptr<const redis::HealthData> health;
};

// Whether nothing of what there is to check differs. Verdicts are left aside:
// those of this checker change all the time.
bool SameChecks(const CheckInputs& a, const CheckInputs& b);

// A thread of its own, the store's.
class CheckFeed {
 public:
  // `known`: what is known from before. `wake` is called on the feed's thread
  // when Take has something. The clock outlives it.
  CheckFeed(redis::StoreOptions options, CheckInputs known, const Clock* clock,
            const LogSink& log, std::function<void()> wake);

  void Start() { store_->Start(); }
  void Stop() { store_->Stop(); }

  // What has changed since the last call, as a whole. Any thread.
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
