#include "backend/report/expected_shares.h"

#include <cstddef>

#include "backend/report/group_words.h"
#include "redis/model/availability.h"

namespace groupring::backend {

std::vector<double> ExpectedShares(const RingView& view, int64_t unix_millis) {
  std::vector<double> shares(view.ring->size());
  double all = 0;
  for (size_t g = 0; g < shares.size(); ++g) {
    shares[g] = view.ring->weight(g) *
                KeptRatio(IntentOf(*view.groups[g], unix_millis));
    all += shares[g];
  }
  if (all == 0) return {};
  for (double& share : shares) share /= all;
  return shares;
}

}  // namespace groupring::backend
