#include "backend/health/self_doubt.h"

#include <algorithm>

namespace groupring::backend {

DoubtReason SelfDoubt::reason() const {
  if (references_) return DoubtReason::kReferences;
  return many_at_once_ ? DoubtReason::kManyAtOnce : DoubtReason::kNone;
}

void SelfDoubt::Judge(size_t references, size_t failing_references,
                      std::span<const ProbedAddress> addresses,
                      int64_t unix_millis) {
  references_ = failing_references * 2 > references;

  // If the doubt is from the previous process, every address that fails counts.
  compared_ = failing_ = 0;
  int64_t earliest = unix_millis;
  for (const ProbedAddress& address : addresses) {
    if (!address.failing_since) {
      ++compared_;
      continue;
    }
    const int64_t since = *address.failing_since;
    const int64_t limit = many_at_once_ ? many_since_.value_or(INT64_MIN)
                                        : unix_millis - address.window_millis;
    if (since < limit) continue;
    ++compared_;
    ++failing_;
    earliest = std::min(earliest, since);
  }
  if (many_at_once_) {
    many_at_once_ = failing_ * 2 > compared_;
  } else if (compared_ >= kLeastAddresses &&
             failing_ * 100 > compared_ * kManyPercent) {
    many_at_once_ = true;
    many_since_ = earliest;
  }
  if (!many_at_once_) many_since_.reset();
}

}  // namespace groupring::backend
