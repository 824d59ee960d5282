#include "backend/change/divided_questions.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "hashing/ring.h"
#include "redis/base/random.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

const std::vector<std::string> kGroups = {"px-1", "px-2", "px-3"};

// Many small clients, and a few heavy ones.
std::vector<float> Questions(const std::vector<double>& heavy, uint64_t seed) {
  Mt19937Random random(seed);
  std::vector<float> questions(hashing::kSlots);
  double sum = 0;
  for (const double part : heavy) sum += part;
  constexpr int kSmall = 20'000;
  for (int i = 0; i < kSmall; ++i) {
    questions[random.Below(hashing::kSlots)] +=
        static_cast<float>((1 - sum) / kSmall);
  }
  for (const double part : heavy) {
    questions[random.Below(hashing::kSlots)] += static_cast<float>(part);
  }
  return questions;
}

// The shares if each slot is divided as PartsOf says.
OfGroups Divided(const HeavySlots& slots, const OfGroups& logs) {
  OfGroups shares(slots.groups());
  for (size_t i = 0; i < slots.size(); ++i) {
    const OfGroups parts = PartsOf(slots, i, logs);
    for (size_t g = 0; g < shares.size(); ++g) {
      shares[g] += slots.questions(i) * parts[g];
    }
  }
  return shares;
}

TEST_CASE("divided slots meet any shares, however heavy some are") {
  const std::vector<OfGroups> all_wanted = {
      {1.0 / 3, 1.0 / 3, 1.0 / 3}, {0.6, 0.3, 0.1}, {0.02, 0.49, 0.49}};
  const std::vector<std::vector<double>> all_heavy = {
      {}, {0.5}, {0.2, 0.1, 0.1, 0.05}};
  for (const OfGroups& wanted : all_wanted) {
    for (const auto& heavy : all_heavy) {
      CAPTURE(wanted, heavy);
      const HeavySlots slots(kGroups, Questions(heavy, 1), hashing::kSlots);
      const OfGroups logs = MeetDivided(slots, wanted, OfGroups(3, 0));
      const OfGroups shares = Divided(slots, logs);
      for (size_t g = 0; g < 3; ++g) {
        CHECK(shares[g] == Approx(wanted[g]).epsilon(0.01));
      }
    }
  }
}

TEST_CASE("without heavy slots whole slots meet the shares as well") {
  const HeavySlots slots(kGroups, Questions({}, 2), hashing::kSlots);
  const OfGroups wanted = {0.5, 0.3, 0.2};
  const OfGroups logs = MeetDivided(slots, wanted, OfGroups(3, 0));
  const OfGroups shares = slots.All(logs);
  for (size_t g = 0; g < 3; ++g) {
    CHECK(shares[g] == Approx(wanted[g]).epsilon(0.005));
  }
}

TEST_CASE("weights do not depend on where the search begins") {
  const HeavySlots slots(kGroups, Questions({0.2, 0.1}, 3), hashing::kSlots);
  const OfGroups wanted(3, 1.0 / 3);
  const OfGroups logs = MeetDivided(slots, wanted, OfGroups(3, 0));
  const OfGroups other = MeetDivided(slots, wanted, {2, -1, 1});
  for (size_t g = 0; g < 3; ++g)
    CHECK(other[g] == Approx(logs[g]).margin(0.002));
}

TEST_CASE("the heaviest slots are looked at, and the others follow weights") {
  std::vector<float> questions(hashing::kSlots);
  questions[5] = 0.25F;
  questions[3] = 0.5F;
  questions[9] = 0.125F;
  questions[7] = 0.125F;
  const HeavySlots slots(kGroups, questions, 2);
  REQUIRE(slots.size() == 2);
  CHECK(slots.slot(0) == 3);
  CHECK(slots.slot(1) == 5);
  CHECK(slots.rest() == Approx(0.25));
  const OfGroups looked = slots.First(2, OfGroups(3, 0));
  const OfGroups all = slots.All({std::log(2.0), std::log(1.0), std::log(1.0)});
  double sum = 0;
  for (const double share : all) sum += share;
  CHECK(sum == Approx(1));
  CHECK(looked[0] + looked[1] + looked[2] == Approx(0.75));
  CHECK(*std::min_element(all.begin(), all.end()) >= 0.0625 - 1e-9);
}

}  // namespace
}  // namespace groupring::backend
