#include "backend/change/balance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "hashing/group_hash.h"
#include "hashing/mix.h"
#include "hashing/ring.h"
#include "hashing/score.h"
#include "hashing/shares.h"
#include "hashing/slot.h"
#include "redis/model/dataset.h"

namespace groupring::backend {
namespace {

using Shares = std::vector<double>;
using Weights = std::vector<double>;

// Slots that the search looks at one by one: a few first, to find which groups
// the heaviest can be in, then more. What is asked from the others is taken to
// follow the weights, as many small ones do.
constexpr size_t kFew = 256;
constexpr size_t kMany = 4096;
// The search aims at less than the tolerance, as it looks at a part of all.
constexpr double kAim = 0.75 * kBalanceTolerance;

// First near the weights as they are; then, if that was in vain, far away.
constexpr int kStarts[] = {60, 2000};
constexpr int kSteps = 30;
constexpr size_t kCandidates = 12;

// Weights that miss the tolerance have to bring this much of the way, as each
// change of weights moves clients.
constexpr double kWorthwhile = 0.9;  // of the distance before
// Distances of the worst group that count as the same.
constexpr double kSame = 0.005;

constexpr int kRounds = 4;
constexpr int kTrials = 300;

double Worst(const Shares& shares, const std::vector<BalanceGroup>& groups) {
  double worst = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    worst = std::max(worst, std::abs(shares[g] / groups[g].wanted - 1));
  }
  return worst;
}

double SquaredDistance(const Shares& shares,
                       const std::vector<BalanceGroup>& groups) {
  double sum = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    const double distance = shares[g] / groups[g].wanted - 1;
    sum += distance * distance;
  }
  return sum;
}

// Who has each slot under these weights: an index of `groups`.
std::vector<size_t> OwnersUnder(const std::vector<BalanceGroup>& groups,
                                const std::vector<uint32_t>& weights) {
  std::vector<hashing::RingGroup> members;
  for (size_t g = 0; g < groups.size(); ++g) {
    members.push_back({groups[g].name, weights[g]});
  }
  std::string error;
  const auto ring = hashing::Ring::Create(std::move(members), &error);
  std::vector<size_t> index_of(ring->size());
  for (size_t g = 0; g < groups.size(); ++g) {
    index_of[*ring->IndexOf(groups[g].name)] = g;
  }
  const std::vector<uint16_t> owners = hashing::OwnersOf(
      {ring, std::vector<uint64_t>(ring->size(), hashing::kWholeShare)});
  std::vector<size_t> found(owners.size());
  std::transform(owners.begin(), owners.end(), found.begin(),
                 [&](uint16_t owner) { return index_of[owner]; });
  return found;
}

// Exact.
Shares SharesUnder(const std::vector<BalanceGroup>& groups,
                   const std::vector<float>& questions,
                   const std::vector<uint32_t>& weights) {
  const std::vector<size_t> owners = OwnersUnder(groups, weights);
  Shares shares(groups.size());
  for (size_t slot = 0; slot < owners.size(); ++slot) {
    shares[owners[slot]] += static_cast<double>(questions[slot]);
  }
  return shares;
}

// The search's view of the ring: the heaviest slots, and all others as a sum.
class Model {
 public:
  Model(const std::vector<BalanceGroup>& groups,
        const std::vector<float>& questions, size_t looked)
      : groups_(groups), factors_(groups.size(), 1) {
    std::vector<uint32_t> slots(questions.size());
    std::iota(slots.begin(), slots.end(), 0U);
    const auto end = slots.begin() + static_cast<ptrdiff_t>(looked);
    std::partial_sort(
        slots.begin(), end, slots.end(), [&](uint32_t a, uint32_t b) {
          return questions[a] != questions[b] ? questions[a] > questions[b]
                                              : a < b;
        });
    std::vector<uint64_t> hashes;
    hashes.reserve(groups.size());
    for (const BalanceGroup& group : groups) {
      hashes.push_back(hashing::OrderHash(group.name));
    }
    for (size_t i = 0; i < looked; ++i) {
      questions_.push_back(static_cast<double>(questions[slots[i]]));
      rest_ -= questions_.back();
      for (const uint64_t hash : hashes) {
        scores_.push_back(static_cast<double>(hashing::NegativeLog2(
            hashing::Mix64(hashing::SlotKey(slots[i]) ^ hash))));
      }
    }
    rest_ = std::max(rest_, 0.0);
  }

  // Of the slots that are looked at.
  Shares Looked(const Weights& weights) const {
    Shares shares(groups_.size());
    std::vector<double> inverse(weights.size());
    for (size_t g = 0; g < weights.size(); ++g) inverse[g] = 1 / weights[g];
    const double* score = scores_.data();
    for (const double questions : questions_) {
      size_t owner = 0;
      double best = std::numeric_limits<double>::max();
      for (size_t g = 0; g < groups_.size(); ++g, ++score) {
        const double own = *score * inverse[g];
        if (own < best) {
          best = own;
          owner = g;
        }
      }
      shares[owner] += questions;
    }
    return shares;
  }

  // Of all slots; `looked` is what Looked says of these weights.
  Shares All(const Weights& weights, const Shares& looked) const {
    double sum = 0;
    for (size_t g = 0; g < groups_.size(); ++g) {
      sum += weights[g] * factors_[g];
    }
    Shares shares = looked;
    for (size_t g = 0; g < groups_.size(); ++g) {
      shares[g] += rest_ * weights[g] * factors_[g] / sum;
    }
    return shares;
  }
  Shares All(const Weights& weights) const {
    return All(weights, Looked(weights));
  }

  // From now on shares are as the exact ones say under these weights.
  void Calibrate(const Weights& weights, const Shares& exact) {
    constexpr double kLittle = 1e-6;  // of all questions
    if (rest_ < kLittle) return;
    const Shares looked = Looked(weights);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (size_t g = 0; g < groups_.size(); ++g) {
      const double expected = rest_ * weights[g] / sum;
      factors_[g] = std::clamp((exact[g] - looked[g]) / expected, 0.5, 2.0);
    }
  }

  // The weights under which the other slots fill up what `looked` leaves of the
  // wanted shares.
  Weights FillingUp(const Shares& looked) const {
    constexpr double kLeast = 0.02;  // of a wanted share
    Weights weights;
    for (size_t g = 0; g < groups_.size(); ++g) {
      const double wanted = groups_[g].wanted;
      weights.push_back(std::max(wanted - looked[g], kLeast * wanted) /
                        factors_[g]);
    }
    return weights;
  }

 private:
  const std::vector<BalanceGroup>& groups_;
  std::vector<double> questions_;
  std::vector<double> scores_;  // of each slot, those of all groups
  double rest_ = 1;             // questions of the other slots
  std::vector<double> factors_;
};

// In [0, 1).
double Fraction(Random* random) {
  return static_cast<double>(random->Next() >> 11) * 0x1p-53;
}

// Normal, by the sum of twelve.
double Normal(Random* random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += Fraction(random);
  return sum;
}

void Normalise(Weights* weights) {
  const double sum = std::accumulate(weights->begin(), weights->end(), 0.0);
  for (double& weight : *weights) weight /= sum;
}

struct Candidate {
  Weights weights;
  double worst = 0;
  double change = 0;  // of the weights, which is about what moves

  // Those that meet the shares first, by how little they change.
  bool operator<(const Candidate& other) const {
    const bool meets = worst <= kAim;
    if (meets != (other.worst <= kAim)) return meets;
    return meets ? change < other.change : worst < other.worst;
  }
};

// Places for the heaviest slots under which the others can fill up the groups:
// from the weights as they are, then from further and further away.
std::vector<Candidate> Candidates(const Model& model,
                                  const std::vector<BalanceGroup>& groups,
                                  const Weights& begin, int starts,
                                  Random* random) {
  std::vector<Candidate> candidates;
  for (int start = 0; start < starts; ++start) {
    const double spread = 1.5 * start / kStarts[1];
    Candidate best;
    best.worst = std::numeric_limits<double>::max();
    Weights weights = begin;
    for (double& weight : weights) weight *= std::exp(spread * Normal(random));
    for (int step = 0; step < kSteps; ++step) {
      Normalise(&weights);
      const Shares looked = model.Looked(weights);
      const double worst = Worst(model.All(weights, looked), groups);
      if (worst < best.worst) {
        best = {weights, worst, 0};
        for (size_t g = 0; g < groups.size(); ++g) {
          best.change += std::abs(weights[g] - begin[g]) / 2;
        }
      }
      if (worst <= kAim) break;
      const Weights filling = model.FillingUp(looked);
      for (size_t g = 0; g < groups.size(); ++g) {
        weights[g] = std::sqrt(weights[g] * filling[g]);
      }
    }
    candidates.push_back(std::move(best));
    std::sort(candidates.begin(), candidates.end());
    if (candidates.size() > kCandidates) candidates.pop_back();
  }
  return candidates;
}

// Tries small changes of single weights, and keeps those that help.
void Search(const Model& model, const std::vector<BalanceGroup>& groups,
            Random* random, Weights* weights) {
  Shares shares = model.All(*weights);
  double distance = SquaredDistance(shares, groups);
  for (int trial = 0; trial < kTrials; ++trial) {
    if (Worst(shares, groups) <= kAim) return;
    Weights other = *weights;
    const size_t g = random->Below(groups.size());
    double change = 0.001 * std::pow(100, Fraction(random));
    if (random->Next() % 2 == 0) change = -change;
    other[g] *= std::exp(change);
    const Shares of_other = model.All(other);
    const double other_distance = SquaredDistance(of_other, groups);
    if (other_distance > distance) continue;
    *weights = std::move(other);
    shares = of_other;
    distance = other_distance;
  }
}

// As weights are written. Only ratios count, so the largest may be as large as
// it can be, which leaves the smallest steps.
std::vector<uint32_t> Written(const Weights& weights) {
  const double most = *std::max_element(weights.begin(), weights.end());
  const double scale = static_cast<double>(redis::kMaxWeight) / most;
  std::vector<uint32_t> written;
  for (const double weight : weights) {
    written.push_back(
        static_cast<uint32_t>(std::max(1.0, std::round(weight * scale))));
  }
  return written;
}

std::vector<BalanceLump> LumpsOf(const std::vector<BalanceGroup>& groups,
                                 const std::vector<float>& questions,
                                 const std::vector<uint32_t>& weights) {
  std::vector<BalanceLump> lumps;
  const std::vector<size_t> owners = OwnersUnder(groups, weights);
  for (uint32_t slot = 0; slot < owners.size(); ++slot) {
    const BalanceGroup& group = groups[owners[slot]];
    const auto share = static_cast<double>(questions[slot]);
    if (share > kBalanceTolerance * group.wanted) {
      lumps.push_back({slot, share, group.name});
    }
  }
  std::stable_sort(lumps.begin(), lumps.end(),
                   [](const BalanceLump& a, const BalanceLump& b) {
                     return a.share > b.share;
                   });
  if (lumps.size() > kMostLumps) lumps.resize(kMostLumps);
  return lumps;
}

// Moves on from a candidate with more of the slots in view; keeps in `balance`
// the best weights that were seen.
void Polish(Weights weights, const std::vector<BalanceGroup>& groups,
            const std::vector<float>& questions, Model* many, Random* random,
            Balance* balance) {
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<uint32_t> written = Written(weights);
    const Shares shares = SharesUnder(groups, questions, written);
    const double worst = Worst(shares, groups);
    // Where one group cannot meet its share the others still can.
    const bool is_nearer = worst < balance->worst_after - kSame ||
                           (worst < balance->worst_after + kSame &&
                            SquaredDistance(shares, groups) <
                                SquaredDistance(balance->after, groups));
    if (is_nearer || (worst <= kBalanceTolerance &&
                      balance->worst_after > kBalanceTolerance)) {
      balance->weights = written;
      balance->after = shares;
      balance->worst_after = worst;
    }
    if (worst <= kBalanceTolerance) return;
    many->Calibrate(Weights(written.begin(), written.end()), shares);
    Search(*many, groups, random, &weights);
  }
}

}  // namespace

std::vector<double> SharesOfQuestions(const std::vector<BalanceGroup>& groups,
                                      const std::vector<float>& questions) {
  std::vector<uint32_t> weights;
  weights.reserve(groups.size());
  for (const BalanceGroup& group : groups) weights.push_back(group.weight);
  return SharesUnder(groups, questions, weights);
}

Balance FindBalance(const std::vector<BalanceGroup>& groups,
                    const std::vector<float>& questions, Random* random) {
  Balance balance;
  Weights begin;
  for (const BalanceGroup& group : groups) {
    balance.weights.push_back(group.weight);
    begin.push_back(group.weight);
  }
  Normalise(&begin);
  balance.before = balance.after =
      SharesUnder(groups, questions, balance.weights);
  balance.worst_before = balance.worst_after = Worst(balance.before, groups);
  if (balance.worst_before <= kBalanceTolerance) return balance;
  const Model few(groups, questions, kFew);
  Model many(groups, questions, kMany);
  // A slot that is larger than each wanted share fits nowhere.
  double most_wanted = 0;
  for (const BalanceGroup& group : groups) {
    most_wanted = std::max(most_wanted, group.wanted);
  }
  const auto heaviest = static_cast<double>(
      *std::max_element(questions.begin(), questions.end()));
  const bool can_succeed = heaviest <= (1 + kBalanceTolerance) * most_wanted;
  for (const int starts : kStarts) {
    if (starts != kStarts[0] && !can_succeed) break;
    for (const Candidate& candidate :
         Candidates(few, groups, begin, starts, random)) {
      Polish(candidate.weights, groups, questions, &many, random, &balance);
      if (balance.worst_after <= kBalanceTolerance) return balance;
    }
  }
  if (balance.worst_after > kWorthwhile * balance.worst_before &&
      SquaredDistance(balance.after, groups) >
          kWorthwhile * SquaredDistance(balance.before, groups)) {
    for (size_t g = 0; g < groups.size(); ++g) {
      balance.weights[g] = groups[g].weight;
    }
    balance.after = balance.before;
    balance.worst_after = balance.worst_before;
  }
  balance.lumps = LumpsOf(groups, questions, balance.weights);
  return balance;
}

}  // namespace groupring::backend
