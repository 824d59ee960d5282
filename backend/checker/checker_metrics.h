// What a checker shows to Prometheus. README.md beside this file lists the
// series.
#ifndef GROUPRING_BACKEND_CHECKER_CHECKER_METRICS_H_
#define GROUPRING_BACKEND_CHECKER_CHECKER_METRICS_H_

#include <cstddef>
#include <string>

#include "backend/checker/checker_state.h"

namespace groupring::backend {

// Of more groups than this, only the first by name have series of their own.
inline constexpr size_t kMaxCheckedGroupsWithSeries = 2000;

// In Prometheus' text format.
std::string CheckerMetrics(const CheckerFacts& facts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECKER_METRICS_H_
