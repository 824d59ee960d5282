#include "backend/change/balance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "hashing/ring.h"
#include "hashing/shares.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// Questions of clients by Zipf's law, in slots of their own.
std::vector<float> Zipf(int clients, double exponent, uint64_t seed) {
  Mt19937Random random(seed);
  std::vector<double> slots(hashing::kSlots);
  double sum = 0;
  for (int i = 1; i <= clients; ++i) {
    const double questions = std::pow(i, -exponent);
    slots[random.Below(hashing::kSlots)] += questions;
    sum += questions;
  }
  std::vector<float> questions(hashing::kSlots);
  for (size_t i = 0; i < slots.size(); ++i) {
    questions[i] = static_cast<float>(slots[i] / sum);
  }
  return questions;
}

std::vector<BalanceGroup> Groups(const std::vector<double>& wanted) {
  double sum = 0;
  for (const double part : wanted) sum += part;
  std::vector<BalanceGroup> groups;
  for (size_t i = 0; i < wanted.size(); ++i) {
    groups.push_back({"px-" + std::to_string(i + 1), 100, wanted[i] / sum});
  }
  return groups;
}

Balance Found(const std::vector<BalanceGroup>& groups,
              const std::vector<float>& questions) {
  Mt19937Random random(1);
  return FindBalance(groups, questions, &random);
}

// The group of each slot, by its position in the ring, which is sorted by name.
std::vector<uint16_t> Owners(const std::vector<uint32_t>& weights,
                             const std::vector<BalanceGroup>& groups) {
  std::vector<hashing::RingGroup> members;
  for (size_t i = 0; i < groups.size(); ++i) {
    members.push_back({groups[i].name, weights[i]});
  }
  std::string error;
  const auto ring = hashing::Ring::Create(members, &error);
  return hashing::OwnersOf(
      {ring, std::vector<uint64_t>(ring->size(), hashing::kWholeShare)});
}

// Of the written weights, exactly.
double WorstUnder(const std::vector<uint32_t>& weights,
                  const std::vector<BalanceGroup>& groups,
                  const std::vector<float>& questions) {
  std::vector<hashing::RingGroup> members;
  for (size_t i = 0; i < groups.size(); ++i) {
    members.push_back({groups[i].name, weights[i]});
  }
  std::string error;
  const auto ring = hashing::Ring::Create(members, &error);
  const std::vector<uint16_t> owners = hashing::OwnersOf(
      {ring, std::vector<uint64_t>(ring->size(), hashing::kWholeShare)});
  double worst = 0;
  for (const BalanceGroup& group : groups) {
    const size_t index = *ring->IndexOf(group.name);
    double share = 0;
    for (size_t slot = 0; slot < owners.size(); ++slot) {
      if (owners[slot] == index) share += static_cast<double>(questions[slot]);
    }
    worst = std::max(worst, std::abs(share / group.wanted - 1));
  }
  return worst;
}

TEST_CASE(
    "clients by Zipf's law at ten groups come within 2 % of equal shares") {
  const std::vector<BalanceGroup> groups = Groups(std::vector<double>(10, 1));
  for (const uint64_t seed : {1u, 2u, 3u}) {
    CAPTURE(seed);
    const std::vector<float> questions = Zipf(100'000, 0.7, seed);
    const Balance balance = Found(groups, questions);
    CHECK(balance.worst_before > kBalanceTolerance);
    CHECK(balance.worst_after <= kBalanceTolerance);
    CHECK(balance.lumps.empty());
    CHECK(WorstUnder(balance.weights, groups, questions) ==
          Approx(balance.worst_after).margin(1e-4));
  }
}

TEST_CASE("heavy clients come within 2 % where that is possible") {
  const std::vector<BalanceGroup> groups = Groups(std::vector<double>(10, 1));
  // The first client asks 4.5 % of all, or 8.3 %.
  for (const double exponent : {0.9, 1.0}) {
    CAPTURE(exponent);
    const std::vector<float> questions = Zipf(100'000, exponent, 1);
    const Balance balance = Found(groups, questions);
    CHECK(balance.worst_before > 0.3);
    CHECK(balance.worst_after <= kBalanceTolerance);
    CHECK(balance.lumps.empty());
    CHECK(WorstUnder(balance.weights, groups, questions) <= kBalanceTolerance);
  }
}

TEST_CASE("where it is not, the clients to be divided are named") {
  const std::vector<BalanceGroup> groups = Groups(std::vector<double>(10, 1));
  for (const uint64_t seed : {2u, 4u, 5u}) {
    CAPTURE(seed);
    const std::vector<float> questions = Zipf(100'000, 1.0, seed);
    const Balance balance = Found(groups, questions);
    CHECK(balance.worst_after > kBalanceTolerance);
    CHECK(balance.worst_after < 0.7 * balance.worst_before);
    REQUIRE_FALSE(balance.lumps.empty());
    // The first client of all, which the groups it is between cannot share.
    const BalanceLump& lump = balance.lumps[0];
    CHECK(lump.share == Approx(0.0827).epsilon(0.01));
    CHECK(lump.between.size() >= 2);
    CHECK(std::find(lump.between.begin(), lump.between.end(), lump.group) !=
          lump.between.end());
    CHECK(questions[lump.slot] ==
          *std::max_element(questions.begin(), questions.end()));
  }
}

TEST_CASE("shares that are not equal are met as well") {
  const std::vector<BalanceGroup> groups = Groups({4, 2, 1});
  const std::vector<float> questions = Zipf(50'000, 0.6, 5);
  const Balance balance = Found(groups, questions);
  CHECK(balance.worst_before > 0.2);
  CHECK(WorstUnder(balance.weights, groups, questions) <= kBalanceTolerance);
}

TEST_CASE("weights that meet the shares stay as they are") {
  const std::vector<float> even(hashing::kSlots,
                                1.0F / static_cast<float>(hashing::kSlots));
  const Balance balance = Found(Groups({1, 1, 1}), even);
  CHECK(balance.weights == std::vector<uint32_t>{100, 100, 100});
  CHECK(balance.worst_after == balance.worst_before);
}

TEST_CASE("a slot that is larger than a share is named, others come nearer") {
  std::vector<float> questions = Zipf(50'000, 0.5, 7);
  for (float& slot : questions) slot *= 0.5F;
  questions[4711] += 0.5F;
  const Balance balance = Found(Groups({1, 1, 1, 1}), questions);
  CHECK(balance.worst_after > kBalanceTolerance);
  REQUIRE_FALSE(balance.lumps.empty());
  CHECK(balance.lumps.size() <= kMostLumps);
  CHECK(balance.lumps[0].slot == 4711);
  CHECK(balance.lumps[0].share == Approx(0.5).epsilon(0.01));
  // The group that has it is over its share under any weights, so it is judged
  // by all groups.
  CHECK(balance.worst_after <= balance.worst_before);
  double before = 0;
  double after = 0;
  for (size_t g = 0; g < 4; ++g) {
    before += std::pow(balance.before[g] - 0.25, 2);
    after += std::pow(balance.after[g] - 0.25, 2);
  }
  CHECK(after < before);
}

TEST_CASE("weights stay where others would hardly be nearer") {
  const std::vector<BalanceGroup> groups = Groups({1, 1});
  const std::vector<uint16_t> owners = Owners({100, 100}, groups);
  // Two slots of one group. The light one can be moved, which would bring the
  // shares from 100:0 to 99:1.
  const auto heavy = std::find(owners.begin(), owners.end(), 0);
  const auto light = std::find(heavy + 5000, owners.end(), 0);
  REQUIRE(light != owners.end());
  std::vector<float> questions(hashing::kSlots);
  questions[static_cast<size_t>(heavy - owners.begin())] = 0.99F;
  questions[static_cast<size_t>(light - owners.begin())] = 0.01F;
  const Balance balance = Found(groups, questions);
  CHECK(balance.weights == std::vector<uint32_t>{100, 100});
  CHECK(balance.after == balance.before);
  CHECK(balance.worst_after == balance.worst_before);
  CHECK(balance.worst_after > kBalanceTolerance);
}

TEST_CASE("the same questions have the same balance") {
  const std::vector<BalanceGroup> groups = Groups({1, 1, 1});
  const std::vector<float> questions = Zipf(20'000, 0.7, 9);
  CHECK(Found(groups, questions).weights == Found(groups, questions).weights);
}

}  // namespace
}  // namespace groupring::backend
