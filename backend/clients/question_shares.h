// Which part of the questions that nodes have counted each group of a ring
// gets.
#ifndef GROUPRING_BACKEND_CLIENTS_QUESTION_SHARES_H_
#define GROUPRING_BACKEND_CLIENTS_QUESTION_SHARES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hashing/shares.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

enum class QuestionSpan : uint8_t { kHour, kDay };

double QuestionsIn(const redis::Questions& questions, QuestionSpan span);

// Questions of each slot: the listed ones as they were counted, the others
// spread evenly over the slots that are not listed. Their sum is 1; all are 0
// when nothing was counted.
std::vector<float> QuestionsOfSlots(const redis::TrafficProfile& profile,
                                    QuestionSpan span);

// Ratios of all questions, by group; "" stands for nobody. Groups without any
// are there, too. Empty when nothing was counted.
using QuestionShares = std::map<std::string, double>;
QuestionShares QuestionSharesOf(const hashing::RingState& state,
                                const std::vector<float>& questions);
QuestionShares QuestionSharesOf(const hashing::RingState& state,
                                const redis::TrafficProfile& profile,
                                QuestionSpan span = QuestionSpan::kDay);

// What a change makes of them; all empty and 0 when nothing was counted.
struct QuestionMoves {
  QuestionShares before;
  QuestionShares after;
  double moved = 0;  // whose group is another one afterwards
};
QuestionMoves MovesOfQuestions(const hashing::RingState& before,
                               const hashing::RingState& after,
                               const std::vector<float>& questions);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_QUESTION_SHARES_H_
