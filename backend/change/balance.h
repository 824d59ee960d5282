// Weights of a ring under which counted questions meet wanted shares.
#ifndef GROUPRING_BACKEND_CHANGE_BALANCE_H_
#define GROUPRING_BACKEND_CHANGE_BALANCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "redis/base/random.h"

namespace groupring::backend {

// So far from its wanted share a group may be, in parts of that share.
inline constexpr double kBalanceTolerance = 0.02;

struct BalanceGroup {
  std::string name;
  uint32_t weight = 0;  // 1 to redis::kMaxWeight
  double wanted = 0;    // of all questions, above 0; their sum is 1
};

// A slot whose questions are too many: whichever group has it, some share is
// missed.
struct BalanceLump {
  uint32_t slot = 0;
  double share = 0;   // of all questions
  std::string group;  // that has it under the new weights
  // All shares would be met if these could divide it among each other.
  std::vector<std::string> between;
};

struct Balance {
  // In the order of the groups.
  std::vector<uint32_t> weights;
  std::vector<double> before;  // shares of the questions
  std::vector<double> after;
  // The largest distance of a group from its wanted share, in parts of that.
  double worst_before = 0;
  double worst_after = 0;
  // Where worst_after is beyond the tolerance: what makes that so, worst first,
  // at most kMostLumps.
  std::vector<BalanceLump> lumps;
};

inline constexpr size_t kMostLumps = 5;

// The shares of the questions under the groups' weights.
std::vector<double> SharesOfQuestions(const std::vector<BalanceGroup>& groups,
                                      const std::vector<float>& questions);

// The search takes time by the number of groups: some seconds for so many.
inline constexpr size_t kMostBalanced = 128;

// The weights as they are where they meet the shares already. Otherwise the
// first that do on the way to those under which shares would be met exactly
// (divided_questions.h), so that few clients move, or some near these; if there
// are none, the nearest it has seen, or the weights as they are where those are
// hardly worse. `questions`: of each slot
// (QuestionsOfSlots), not all 0. The same `random` gives the same weights.
// REQUIRES: two to kMostBalanced groups.
Balance FindBalance(const std::vector<BalanceGroup>& groups,
                    const std::vector<float>& questions, Random* random);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_BALANCE_H_
