#include "backend/clients/question_shares.h"

#include <cstddef>

namespace groupring::backend {

double QuestionsIn(const redis::Questions& questions, QuestionSpan span) {
  return span == QuestionSpan::kHour ? questions.hour : questions.day;
}

std::vector<float> QuestionsOfSlots(const redis::TrafficProfile& profile,
                                    QuestionSpan span) {
  std::vector<float> questions(hashing::kSlots);
  double sum = QuestionsIn(profile.others, span);
  for (const redis::SlotQuestions& slot : profile.slots) {
    sum += QuestionsIn(slot.questions, span);
  }
  if (sum <= 0) return questions;
  const size_t unlisted = hashing::kSlots - profile.slots.size();
  const double each = unlisted == 0 ? 0
                                    : QuestionsIn(profile.others, span) / sum /
                                          static_cast<double>(unlisted);
  questions.assign(hashing::kSlots, static_cast<float>(each));
  for (const redis::SlotQuestions& slot : profile.slots) {
    questions[slot.slot] =
        static_cast<float>(QuestionsIn(slot.questions, span) / sum);
  }
  return questions;
}

namespace {

QuestionShares SharesBy(const std::vector<uint16_t>& owners,
                        const hashing::Ring& ring,
                        const std::vector<float>& questions) {
  std::vector<double> sums(size_t{hashing::kNobody} + 1);
  double all = 0;
  for (size_t slot = 0; slot < owners.size(); ++slot) {
    const auto part = static_cast<double>(questions[slot]);
    sums[owners[slot]] += part;
    all += part;
  }
  QuestionShares shares;
  if (all <= 0) return shares;
  for (size_t i = 0; i < ring.size(); ++i) {
    shares[ring.name(i)] = sums[i] / all;
  }
  if (sums[hashing::kNobody] > 0) shares[""] = sums[hashing::kNobody] / all;
  return shares;
}

}  // namespace

QuestionShares QuestionSharesOf(const hashing::RingState& state,
                                const std::vector<float>& questions) {
  return SharesBy(hashing::OwnersOf(state), *state.ring, questions);
}

QuestionShares QuestionSharesOf(const hashing::RingState& state,
                                const redis::TrafficProfile& profile,
                                QuestionSpan span) {
  if (profile.empty()) return {};
  return QuestionSharesOf(state, QuestionsOfSlots(profile, span));
}

QuestionMoves MovesOfQuestions(const hashing::RingState& before,
                               const hashing::RingState& after,
                               const std::vector<float>& questions) {
  const std::vector<uint16_t> from = hashing::OwnersOf(before);
  const std::vector<uint16_t> to = hashing::OwnersOf(after);
  QuestionMoves moves{SharesBy(from, *before.ring, questions),
                      SharesBy(to, *after.ring, questions), 0};
  if (moves.before.empty()) return moves;
  // Which group of `after` each one of `before` is; no group where it has none.
  std::vector<uint16_t> same(size_t{hashing::kNobody} + 1,
                             hashing::kNobody - 1);
  same[hashing::kNobody] = hashing::kNobody;
  for (size_t i = 0; i < before.ring->size(); ++i) {
    if (const auto index = after.ring->IndexOf(before.ring->name(i))) {
      same[i] = static_cast<uint16_t>(*index);
    }
  }
  for (size_t slot = 0; slot < from.size(); ++slot) {
    if (same[from[slot]] != to[slot]) {
      moves.moved += static_cast<double>(questions[slot]);
    }
  }
  return moves;
}

}  // namespace groupring::backend
