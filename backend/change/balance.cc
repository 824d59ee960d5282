#include "backend/change/balance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "backend/change/divided_questions.h"
#include "hashing/ring.h"
#include "hashing/shares.h"
#include "redis/model/dataset.h"

namespace groupring::backend {
namespace {

using Shares = OfGroups;

// As many slots as are looked at one by one for each weights that are tried
// near those that meet the shares.
constexpr size_t kMany = 4096;
// The search aims at less than the tolerance, as weights are written as whole
// numbers and it may look at a part of all slots.
constexpr double kAim = 0.9 * kBalanceTolerance;

// On the way from the weights as they are to those that meet the shares.
constexpr int kStepsOfWay = 64;
// Beyond these weights, near them.
constexpr int kTries = 4000;
constexpr double kNearest = 1e-4;  // of the logarithms of weights
constexpr double kFarthest = 0.3;
constexpr size_t kCandidates = 12;
constexpr int kTrials = 600;

// Weights that miss the tolerance have to bring this much of the way, as each
// change of weights moves clients.
constexpr double kWorthwhile = 0.9;  // of the distance before
// Distances of the worst group that count as the same.
constexpr double kSame = 0.005;

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

// As weights are written. Only ratios count, so the largest may be as large as
// it can be, which leaves the smallest steps.
std::vector<uint32_t> Written(const OfGroups& logs) {
  const double most = *std::max_element(logs.begin(), logs.end());
  std::vector<uint32_t> written;
  for (const double log : logs) {
    const double weight =
        std::exp(log - most) * static_cast<double>(redis::kMaxWeight);
    written.push_back(static_cast<uint32_t>(std::max(1.0, std::round(weight))));
  }
  return written;
}

// The search for weights, which keeps in `balance` the best that it has seen.
class Search {
 public:
  Search(const std::vector<BalanceGroup>& groups,
         const std::vector<float>& questions, const HeavySlots& slots,
         Random* random, Balance* balance)
      : groups_(groups),
        questions_(questions),
        slots_(slots),
        looked_(std::min(kMany, slots.size())),
        random_(random),
        balance_(balance) {
    OfGroups wanted;
    for (const BalanceGroup& group : groups) {
      begin_.push_back(std::log(static_cast<double>(group.weight)));
      wanted.push_back(group.wanted);
    }
    Centre(&begin_);
    meeting_ = MeetDivided(slots, wanted, begin_);
    Centre(&meeting_);
    rest_ = slots.All(meeting_);
    const Shares looked = slots.First(looked_, meeting_);
    for (size_t g = 0; g < groups.size(); ++g) rest_[g] -= looked[g];
  }

  const OfGroups& meeting() const { return meeting_; }

  void Run() {
    if (GoThere()) return;
    for (Candidate& candidate : NearMeeting()) {
      Descend(&candidate.logs);
      if (Take(candidate.logs)) return;
    }
  }

 private:
  struct Candidate {
    OfGroups logs;
    double worst = 0;
    double squared = 0;

    bool operator<(const Candidate& other) const {
      const double own_step = std::floor(worst / kSame);
      const double other_step = std::floor(other.worst / kSame);
      return own_step != other_step ? own_step < other_step
                                    : squared < other.squared;
    }
  };

  static void Centre(OfGroups* logs) {
    const double mean = std::accumulate(logs->begin(), logs->end(), 0.0) /
                        static_cast<double>(logs->size());
    for (double& log : *logs) log -= mean;
  }

  // Exactly. Whether the tolerance is met.
  bool Take(const OfGroups& logs) {
    const std::vector<uint32_t> written = Written(logs);
    const Shares shares = SharesUnder(groups_, questions_, written);
    const double worst = Worst(shares, groups_);
    // Where one group cannot meet its share the others still can.
    const bool is_nearer = worst < balance_->worst_after - kSame ||
                           (worst < balance_->worst_after + kSame &&
                            SquaredDistance(shares, groups_) <
                                SquaredDistance(balance_->after, groups_));
    if (is_nearer || (worst <= kBalanceTolerance &&
                      balance_->worst_after > kBalanceTolerance)) {
      balance_->weights = written;
      balance_->after = shares;
      balance_->worst_after = worst;
    }
    return worst <= kBalanceTolerance;
  }

  // The fewest clients move to the first weights on the way that will do.
  bool GoThere() {
    for (int step = 1; step <= kStepsOfWay; ++step) {
      const double part = static_cast<double>(step) / kStepsOfWay;
      OfGroups logs = begin_;
      for (size_t g = 0; g < logs.size(); ++g) {
        logs[g] += part * (meeting_[g] - begin_[g]);
      }
      if (Worst(slots_.All(logs), groups_) > kAim && step < kStepsOfWay) {
        continue;
      }
      if (Take(logs)) return true;
    }
    return false;
  }

  // As it is written: a heavy slot at a border may fall to the other side. By
  // the slots that are looked at; what is asked from the others is as where the
  // shares are met, but follows the weights.
  Candidate Judged(OfGroups logs) const {
    const std::vector<uint32_t> written = Written(logs);
    for (size_t g = 0; g < logs.size(); ++g) {
      logs[g] = std::log(static_cast<double>(written[g]));
    }
    Centre(&logs);
    Shares shares = slots_.First(looked_, logs);
    OfGroups others(groups_.size());
    double before = 0;
    double after = 0;
    for (size_t g = 0; g < groups_.size(); ++g) {
      others[g] = rest_[g] * std::exp(logs[g] - meeting_[g]);
      before += rest_[g];
      after += others[g];
    }
    for (size_t g = 0; g < groups_.size(); ++g) {
      if (after > 0) shares[g] += others[g] * before / after;
    }
    return {std::move(logs), Worst(shares, groups_),
            SquaredDistance(shares, groups_)};
  }

  std::vector<Candidate> NearMeeting() {
    std::vector<Candidate> candidates = {Judged(meeting_)};
    for (int i = 0; i < kTries; ++i) {
      const double spread =
          kNearest * std::pow(kFarthest / kNearest, Fraction(random_));
      OfGroups logs = meeting_;
      for (double& log : logs) log += spread * Normal(random_);
      candidates.push_back(Judged(std::move(logs)));
      std::push_heap(candidates.begin(), candidates.end());
      if (candidates.size() <= kCandidates) continue;
      std::pop_heap(candidates.begin(), candidates.end());
      candidates.pop_back();
    }
    std::sort_heap(candidates.begin(), candidates.end());
    return candidates;
  }

  // Tries small changes of one weight or of several alike, which keep a slot at
  // the border between two of them, and keeps those that help.
  void Descend(OfGroups* logs) {
    Candidate best = Judged(*logs);
    for (int trial = 0; trial < kTrials && best.worst > kAim; ++trial) {
      OfGroups other = best.logs;
      double change = 0.001 * std::pow(100, Fraction(random_));
      if (random_->Next() % 2 == 0) change = -change;
      if (random_->Next() % 2 == 0) {
        other[random_->Below(other.size())] += change;
      } else {
        for (double& log : other) log += random_->Next() % 2 == 0 ? change : 0;
      }
      Candidate judged = Judged(std::move(other));
      if (judged < best) best = std::move(judged);
    }
    *logs = std::move(best.logs);
  }

  const std::vector<BalanceGroup>& groups_;
  const std::vector<float>& questions_;
  const HeavySlots& slots_;
  const size_t looked_;
  Random* const random_;
  Balance* const balance_;
  OfGroups begin_;
  OfGroups meeting_;  // that meet the shares with divided slots
  Shares rest_;       // there, of the slots that are not looked at
};

// The slots that would have to be divided so that all shares were met.
std::vector<BalanceLump> LumpsOf(const std::vector<BalanceGroup>& groups,
                                 const HeavySlots& slots,
                                 const OfGroups& meeting,
                                 const std::vector<uint32_t>& weights) {
  // Parts of a slot that are smaller are but the width of a border.
  constexpr double kLeastPart = 0.01;
  struct Found {
    BalanceLump lump;
    double missing = 0;  // of the group that has most of it
  };
  std::vector<Found> found;
  OfGroups logs;
  for (const uint32_t weight : weights) {
    logs.push_back(std::log(static_cast<double>(weight)));
  }
  double least = 1;
  for (const BalanceGroup& group : groups) {
    least = std::min(least, group.wanted);
  }
  for (size_t i = 0; i < slots.size(); ++i) {
    const double questions = slots.questions(i);
    // Those to come are lighter.
    if (questions < kBalanceTolerance * least) break;
    const OfGroups parts = PartsOf(slots, i, meeting);
    const double missing =
        questions * (1 - *std::max_element(parts.begin(), parts.end()));
    Found lump{{slots.slot(i), questions, "", {}}, missing};
    bool matters = false;
    for (size_t g = 0; g < groups.size(); ++g) {
      if (parts[g] < kLeastPart) continue;
      lump.lump.between.push_back(groups[g].name);
      matters = matters || missing > kBalanceTolerance / 4 * groups[g].wanted;
    }
    if (lump.lump.between.size() < 2 || !matters) continue;
    const double* const distances = slots.distances(i);
    size_t owner = 0;
    for (size_t g = 1; g < groups.size(); ++g) {
      if (distances[g] - logs[g] < distances[owner] - logs[owner]) owner = g;
    }
    lump.lump.group = groups[owner].name;
    found.push_back(std::move(lump));
  }
  std::stable_sort(
      found.begin(), found.end(),
      [](const Found& a, const Found& b) { return a.missing > b.missing; });
  std::vector<BalanceLump> lumps;
  for (size_t i = 0; i < std::min(found.size(), kMostLumps); ++i) {
    lumps.push_back(std::move(found[i].lump));
  }
  return lumps;
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
  std::vector<std::string> names;
  for (const BalanceGroup& group : groups) {
    balance.weights.push_back(group.weight);
    names.push_back(group.name);
  }
  balance.before = balance.after =
      SharesUnder(groups, questions, balance.weights);
  balance.worst_before = balance.worst_after = Worst(balance.before, groups);
  if (balance.worst_before <= kBalanceTolerance) return balance;
  const HeavySlots slots(names, questions, questions.size());
  Search search(groups, questions, slots, random, &balance);
  search.Run();
  if (balance.worst_after <= kBalanceTolerance) return balance;
  if (balance.worst_after > kWorthwhile * balance.worst_before &&
      SquaredDistance(balance.after, groups) >
          kWorthwhile * SquaredDistance(balance.before, groups)) {
    for (size_t g = 0; g < groups.size(); ++g) {
      balance.weights[g] = groups[g].weight;
    }
    balance.after = balance.before;
    balance.worst_after = balance.worst_before;
  }
  balance.lumps = LumpsOf(groups, slots, search.meeting(), balance.weights);
  return balance;
}

}  // namespace groupring::backend
