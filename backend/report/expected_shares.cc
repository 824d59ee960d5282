#include "backend/report/expected_shares.h"

#include <cstddef>

#include "backend/report/group_words.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

// Adds `part` of all clients, shared by these weights.
void AddBy(const hashing::Ring& ring, double part, const RingView& view,
           int64_t unix_millis, std::vector<double>* shares) {
  std::vector<double> kept(ring.size());
  double all = 0;
  for (size_t g = 0; g < kept.size(); ++g) {
    kept[g] =
        ring.weight(g) * KeptRatio(IntentOf(*view.groups[g], unix_millis));
    all += kept[g];
  }
  if (all == 0) return;
  for (size_t g = 0; g < kept.size(); ++g) {
    (*shares)[g] += part * kept[g] / all;
  }
}

}  // namespace

std::vector<double> ExpectedShares(const RingView& view, int64_t unix_millis) {
  std::vector<double> shares(view.ring->size());
  double moved_on = 1;
  if (view.earlier != nullptr) {
    moved_on =
        static_cast<double>(redis::CourseProgress(view.course, unix_millis)) /
        static_cast<double>(hashing::kWholeShare);
    AddBy(*view.earlier, 1 - moved_on, view, unix_millis, &shares);
  }
  AddBy(*view.ring, moved_on, view, unix_millis, &shares);
  for (const double share : shares) {
    if (share > 0) return shares;
  }
  return {};
}

}  // namespace groupring::backend
