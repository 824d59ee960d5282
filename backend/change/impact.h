// Which clients a change moves: the exact difference between two snapshots.
#ifndef GROUPRING_BACKEND_CHANGE_IMPACT_H_
#define GROUPRING_BACKEND_CHANGE_IMPACT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/clients/question_shares.h"
#include "backend/snapshot/snapshot.h"
#include "hashing/shares.h"
#include "redis/model/traffic.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

// Names on one ring, which a change moves alike.
struct RingImpact {
  std::vector<std::string> names;  // sorted
  size_t more_names = 0;           // for which these stand
  // Ratios of the client space (all slots). "" stands for nobody.
  double moved = 0;
  std::map<std::pair<std::string, std::string>, double> moves;  // from, to
  std::map<std::string, double> shares_before;
  std::map<std::string, double> shares_after;
  // Of the questions that were counted; empty where none were.
  QuestionMoves questions;
  uint32_t max_ttl_seconds = 0;
};

struct Impact {
  std::vector<RingImpact> rings;  // those that change, the largest move first
  // Rings that change but were not counted, and how many names are on them:
  // counting is exact and takes a while per ring.
  size_t uncounted_rings = 0;
  size_t uncounted_names = 0;
};

inline constexpr size_t kMaxCountedRings = 64;

// Compares what the names of `before` and `after` answer, each at its time.
// Names that exist in one only are compared with nobody answering. `traffic`,
// which may be null, is what was counted; `alike`: for how many names those of
// the snapshots stand.
Impact CompareSnapshots(const Snapshot& before, int64_t before_unix_millis,
                        const Snapshot& after, int64_t after_unix_millis,
                        const redis::TrafficProfile* traffic = nullptr,
                        const redis::AlikeNames& alike = {});

// Names with the same rings on both sides.
struct RingPair {
  hashing::RingState before;  // an empty ring where there is none
  hashing::RingState after;
  bool is_same = false;            // each slot has the same owner on both sides
  std::vector<std::string> names;  // sorted
  uint32_t max_ttl_seconds = 0;
};
std::vector<RingPair> PairRings(const Snapshot& before,
                                int64_t before_unix_millis,
                                const Snapshot& after,
                                int64_t after_unix_millis);

// For how many names these stand, without themselves.
size_t CountMore(const std::vector<std::string>& names,
                 const redis::AlikeNames& alike);

// The ring that the name answers from; null when it has none in the snapshot.
const RingView* RingOfName(const Snapshot& snapshot, std::string_view name);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_IMPACT_H_
