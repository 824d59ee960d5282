// Redis away while a command goes on for as long as it is let.
#ifndef GROUPRING_BACKEND_PROGRAM_OUTAGE_H_
#define GROUPRING_BACKEND_PROGRAM_OUTAGE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "redis/base/clock.h"

namespace groupring::backend {

// Says when Redis goes away and when it is back, once each.
class Outage {
 public:
  explicit Outage(const Clock* clock) : clock_(clock) {}

  // Lets a moment pass; false at once for an error that time does not mend.
  bool WaitOut(const absl::Status& status);

  bool is_on() const { return since_ != 0; }

  // Redis answers.
  void End();

 private:
  const Clock* const clock_;
  int64_t since_ = 0;  // unix seconds; 0: it is not away
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_OUTAGE_H_
