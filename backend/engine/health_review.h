// What follows from the verdicts of checkers, kept up to date.
#ifndef GROUPRING_BACKEND_ENGINE_HEALTH_REVIEW_H_
#define GROUPRING_BACKEND_ENGINE_HEALTH_REVIEW_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/report/health_report.h"
#include "backend/state/health_json.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"
#include "redis/model/panic_scopes.h"

namespace groupring::backend {

// Not thread-safe.
class HealthReview {
 public:
  // What was read of Redis at that time.
  void SetData(std::shared_ptr<const redis::HealthData> data,
               int64_t unix_millis) {
    data_ = std::move(data);
    unix_millis_ = unix_millis;
  }

  // Health of before, which holds until there is data.
  void Restore(SavedHealth saved);
  SavedHealth ToSave() const { return {conclusions_, unix_millis_}; }

  // Concludes anew, of that data, at that time. Returns the groups on which
  // health has another effect than before. Nothing before there is any data.
  std::vector<std::string> Conclude(const redis::Dataset& dataset,
                                    int64_t unix_millis);

  // What is wrong with health as a whole, as last concluded.
  std::vector<HealthTrouble> Troubles(const redis::Dataset& dataset) const;

  // The time for which it was concluded last.
  int64_t unix_millis() const { return unix_millis_; }

  // Never null.
  const std::shared_ptr<const redis::HealthConclusions>& conclusions() const {
    return conclusions_;
  }
  // What they are concluded from; without anything in it while there is none.
  std::shared_ptr<const redis::HealthData> data() const {
    return data_ != nullptr ? data_ : std::make_shared<redis::HealthData>();
  }

 private:
  redis::PanicScopes scopes_;
  std::shared_ptr<const redis::HealthData> data_;
  int64_t unix_millis_ = 0;
  std::shared_ptr<const redis::HealthConclusions> conclusions_ =
      std::make_shared<redis::HealthConclusions>();
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_HEALTH_REVIEW_H_
