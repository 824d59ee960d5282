// Shares over all 2^24 IPv4 /24 subnets. The names are fixed, so nothing here
// is left to chance.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

// The part of all /24 subnets that each group answers, over the part that its
// weight stands for.
std::map<std::string, double> Balance(const RingState& state) {
  static const std::vector<uint32_t> subnets = Ipv4SubnetsOfSlots();
  const Ring& ring = *state.ring;
  std::vector<double> answered(ring.size());
  const std::vector<uint16_t> owners = OwnersOf(state);
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    answered.at(owners[slot]) += subnets[slot];
  }
  double weights = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    if (state.shares[i] > 0) weights += ring.weight(i);
  }
  std::map<std::string, double> balance;
  for (size_t i = 0; i < ring.size(); ++i) {
    if (state.shares[i] == 0) continue;
    balance[ring.name(i)] =
        answered[i] / (1 << 24) / (ring.weight(i) / weights);
  }
  return balance;
}

double Largest(const std::map<std::string, double>& balance) {
  double largest = 0;
  for (const auto& [name, ratio] : balance) {
    largest = std::max(largest, ratio);
  }
  return largest;
}

// Usual kinds of names. A bound on the largest of 100 draws is one on chance:
// of other sets of names about 1 in 50 exceeds it at 100 groups, where the
// shares are still those of a good hash, as the tests by sigma assert.
const std::vector<std::string> kPrefixes = {
    "group", "GROUP", "node-", "proxy", "ftp", "eu-west-", "10.0.0.", "srv"};

TEST_CASE("3 groups of equal weight: the largest is within 0.5 % of the mean") {
  for (const std::string& prefix : kPrefixes) {
    CAPTURE(prefix);
    CHECK(Largest(Balance(Whole(MakeRing(EqualGroups(prefix, 3))))) <= 1.005);
  }
}

TEST_CASE("10 groups of equal weight: the largest is within 1 % of the mean") {
  for (const std::string& prefix : kPrefixes) {
    CAPTURE(prefix);
    CHECK(Largest(Balance(Whole(MakeRing(EqualGroups(prefix, 10))))) <= 1.01);
  }
}

TEST_CASE("100 groups of equal weight: the largest is within 3.5 %") {
  for (const std::string& prefix : kPrefixes) {
    CAPTURE(prefix);
    CHECK(Largest(Balance(Whole(MakeRing(EqualGroups(prefix, 100))))) <= 1.035);
  }
}

TEST_CASE("weights 1 to 10: each share is within 2 % of its weight's") {
  for (const std::string& prefix : kPrefixes) {
    for (const size_t count : std::vector<size_t>{2, 4, 7, 12}) {
      auto groups = EqualGroups(prefix, count);
      for (size_t i = 0; i < count; ++i) {
        groups[i].weight = static_cast<uint32_t>(1 + 7 * i % 10);
      }
      for (const auto& [name, ratio] : Balance(Whole(MakeRing(groups)))) {
        CAPTURE(name, count);
        CHECK(std::abs(ratio - 1) <= 0.02);
      }
    }
  }
}

// Five standard deviations of the share of a group, of itself.
double FiveSigma(double share, double keys) {
  return 5 * std::sqrt((1 - share) / share / keys);
}

void CheckSharesBySigma(const std::string& prefix, size_t count) {
  const double share = 1 / static_cast<double>(count);
  const double bound = FiveSigma(share, kSlots) + FiveSigma(share, 1 << 24);
  for (const auto& [name, ratio] :
       Balance(Whole(MakeRing(EqualGroups(prefix, count))))) {
    CAPTURE(name, count);
    CHECK(std::abs(ratio - 1) <= bound);
  }
}

TEST_CASE("with any names each share is what a good hash gives") {
  Draw draw(1);
  for (int i = 0; i < 10; ++i) {
    CheckSharesBySigma("set" + std::to_string(draw.Below(1000)) + "-", 100);
  }
  // The largest of this set is 4 % above the mean.
  CheckSharesBySigma("g", 100);
}

TEST_CASE("1,000 groups: each share is what a good hash gives") {
  CheckSharesBySigma("group", 1000);
}

TEST_CASE("weights far apart: each share is what a good hash gives") {
  const std::vector<RingGroup> groups = {
      {"large", 1000}, {"middle", 100}, {"small", 1}, {"other", 999}};
  for (const auto& [name, ratio] : Balance(Whole(MakeRing(groups)))) {
    double weight = 0;
    for (const RingGroup& group : groups) {
      if (group.name == name) weight = group.weight;
    }
    CAPTURE(name);
    CHECK(std::abs(ratio - 1) <= FiveSigma(weight / 2100, kSlots));
  }
}

TEST_CASE("a lost group's clients spread over the others by weight") {
  struct Case {
    std::vector<RingGroup> groups;
    std::string lost;
  };
  std::vector<RingGroup> mixed = EqualGroups("m", 8);
  for (size_t i = 0; i < mixed.size(); ++i) {
    mixed[i].weight = static_cast<uint32_t>(1 + i);
  }
  for (const Case& each : {Case{EqualGroups("group", 3), "group2"},
                           Case{EqualGroups("group", 10), "group10"},
                           Case{mixed, "m8"}, Case{mixed, "m2"}}) {
    const RingState before = Whole(MakeRing(each.groups));
    const Moves moves = MovesBetween(before, WithShare(before, each.lost, 0));
    double lost = 0;
    for (const auto& [from_to, slots] : moves) lost += slots;
    double weights = 0;
    for (const RingGroup& group : each.groups) {
      if (group.name != each.lost) weights += group.weight;
    }
    double chi_square = 0;
    for (const RingGroup& group : each.groups) {
      if (group.name == each.lost) continue;
      const double expected = lost * group.weight / weights;
      const double off = moves.at({each.lost, group.name}) - expected;
      chi_square += off * off / expected;
    }
    const double freedom = static_cast<double>(each.groups.size()) - 2;
    CAPTURE(each.lost, each.groups.size());
    CHECK((chi_square - freedom) / std::sqrt(2 * freedom) < 5);
  }
}

TEST_CASE("the survivors of a lost group are as balanced as a ring of theirs") {
  for (const std::string& prefix : kPrefixes) {
    const RingState all = Whole(MakeRing(EqualGroups(prefix, 10)));
    CAPTURE(prefix);
    CHECK(Largest(Balance(WithShare(all, prefix + "4", 0))) <= 1.01);
  }
}

}  // namespace
}  // namespace groupring::hashing
