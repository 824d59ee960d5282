#include "backend/clients/question_shares.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "hashing/ring.h"
#include "hashing/subnet_key.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

hashing::RingState RingOf(const std::vector<uint32_t>& weights) {
  std::vector<hashing::RingGroup> groups;
  for (size_t i = 0; i < weights.size(); ++i) {
    groups.push_back({"g" + std::to_string(i), weights[i]});
  }
  std::string error;
  auto ring = hashing::Ring::Create(groups, &error);
  return {ring, std::vector<uint64_t>(ring->size(), hashing::kWholeShare)};
}

TEST_CASE("a slot's questions are those of the group that answers it") {
  const hashing::RingState ring = RingOf({100, 100, 100});
  const std::vector<uint16_t> owners = hashing::OwnersOf(ring);
  redis::TrafficProfile profile;
  profile.slots = {{5, {1, 30}}, {6, {1, 10}}};
  const QuestionShares shares = QuestionSharesOf(ring, profile);
  QuestionShares expected = {{"g0", 0}, {"g1", 0}, {"g2", 0}};
  expected["g" + std::to_string(owners[5])] += 0.75;
  expected["g" + std::to_string(owners[6])] += 0.25;
  REQUIRE(shares.size() == 3);
  for (const auto& [group, share] : expected) {
    CHECK(shares.at(group) == Approx(share));
  }
  CHECK(QuestionSharesOf(ring, profile, QuestionSpan::kHour)
            .at("g" + std::to_string(owners[5])) >= 0.5);
}

TEST_CASE("what is asked from slots that are not listed is shared by these") {
  redis::TrafficProfile profile;
  for (uint32_t slot = 0; slot < hashing::kSlots / 2; ++slot) {
    profile.slots.push_back({slot, {1, 1}});
  }
  profile.others = {hashing::kSlots / 2, hashing::kSlots / 2};
  const std::vector<float> questions =
      QuestionsOfSlots(profile, QuestionSpan::kDay);
  CHECK(questions.back() == Approx(1.0 / hashing::kSlots));
  CHECK(questions.front() == Approx(1.0 / hashing::kSlots));
}

TEST_CASE("nothing counted has no shares, and nobody has those of no group") {
  CHECK(QuestionSharesOf(RingOf({1, 2}), redis::TrafficProfile()).empty());
  redis::TrafficProfile profile;
  profile.slots = {{5, {1, 30}}};
  CHECK(QuestionSharesOf(RingOf({}), profile) == QuestionShares{{"", 1}});
}

TEST_CASE("questions that move are those of slots with another group") {
  const hashing::RingState before = RingOf({100, 100});
  const hashing::RingState after = RingOf({100, 0});
  redis::TrafficProfile profile;
  for (uint32_t slot = 0; slot < 1000; ++slot) {
    profile.slots.push_back({slot, {1, 1}});
  }
  const QuestionMoves moves = MovesOfQuestions(
      before, after, QuestionsOfSlots(profile, QuestionSpan::kDay));
  CHECK(moves.moved == Approx(moves.before.at("g1")));
  CHECK(moves.after.at("g0") == Approx(1));
  CHECK(moves.after.count("g1") == 0);
}

// What the size of a published profile rests on.
TEST_CASE("the busiest slots of Zipf's clients tell shares within 0.5 %") {
  std::mt19937_64 random(1);
  for (const int clients : {20'000, 200'000, 1'000'000}) {
    CAPTURE(clients);
    std::vector<double> of_slot(hashing::kSlots);
    for (int i = 1; i <= clients; ++i) {
      of_slot[random() % hashing::kSlots] += 1e6 / i;
    }
    std::vector<redis::SlotQuestions> slots;
    for (uint32_t slot = 0; slot < hashing::kSlots; ++slot) {
      if (of_slot[slot] > 0) {
        slots.push_back({slot, {of_slot[slot], of_slot[slot]}});
      }
    }
    const redis::TrafficProfile all =
        redis::CompactProfile(slots, slots.size(), 0);
    const redis::TrafficProfile kept =
        redis::CompactProfile(slots, redis::kMostProfileSlots, 0);
    CHECK(kept.slots.size() <= redis::kMostProfileSlots);
    const hashing::RingState ring =
        RingOf({100, 100, 100, 100, 100, 100, 100, 100, 100, 100});
    const QuestionShares exact = QuestionSharesOf(ring, all);
    const QuestionShares told = QuestionSharesOf(ring, kept);
    for (const auto& [group, share] : exact) {
      CAPTURE(group, share);
      CHECK(std::abs(told.at(group) / share - 1) < 0.005);
    }
  }
}

}  // namespace
}  // namespace groupring::backend
