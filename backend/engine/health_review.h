// Keeps the conclusions from the verdicts of checkers up to date.
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
  // The verdicts that were read from Redis at that time.
  void SetData(std::shared_ptr<const redis::HealthData> data,
               int64_t unix_millis) {
    data_ = std::move(data);
    unix_millis_ = unix_millis;
  }

  // Health from before the start, which holds until Conclude has data.
  void Restore(SavedHealth saved);
  SavedHealth ToSave() const { return {conclusions_, unix_millis_}; }

  // Concludes again from the data, for that time. Returns the groups on which
  // the effect of health has changed. Before SetData it does nothing and
  // returns no groups.
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
  // The data that the conclusions are from; empty before SetData.
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
