// Which part of a ring's clients each group is meant to have.
#ifndef GROUPRING_BACKEND_REPORT_EXPECTED_SHARES_H_
#define GROUPRING_BACKEND_REPORT_EXPECTED_SHARES_H_

#include <cstdint>
#include <vector>

#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// By the ring's index, as weights and kept ratios have it; the sum is 1. While
// weights change over time, those before count for the clients that still go by
// them. Empty: no group keeps any client. What a ring really gives is within a
// few percent of it; CountShares counts it exactly.
std::vector<double> ExpectedShares(const RingView& view, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_EXPECTED_SHARES_H_
