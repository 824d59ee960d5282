// What follows from the verdicts of checkers, kept up to date.
#ifndef GROUPRING_BACKEND_ENGINE_HEALTH_REVIEW_H_
#define GROUPRING_BACKEND_ENGINE_HEALTH_REVIEW_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/report/health_report.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// Not thread-safe.
class HealthReview {
 public:
  void SetData(std::shared_ptr<const redis::HealthData> data) {
    data_ = std::move(data);
  }

  // Concludes anew, of that data, at that time. Returns the groups on which
  // health has another effect than before. Nothing before there is any data.
  std::vector<std::string> Conclude(const redis::Dataset& dataset,
                                    int64_t unix_millis);

  // What is wrong with health as a whole.
  std::vector<HealthTrouble> Troubles(const redis::Dataset& dataset,
                                      int64_t unix_millis) const;

  // Never null.
  const std::shared_ptr<const redis::HealthConclusions>& conclusions() const {
    return conclusions_;
  }

 private:
  std::shared_ptr<const redis::HealthData> data_;
  std::shared_ptr<const redis::HealthConclusions> conclusions_ =
      std::make_shared<redis::HealthConclusions>();
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_HEALTH_REVIEW_H_
