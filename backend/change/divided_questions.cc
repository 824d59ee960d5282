#include "backend/change/divided_questions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "hashing/group_hash.h"
#include "hashing/mix.h"
#include "hashing/score.h"
#include "hashing/slot.h"

namespace groupring::backend {
namespace {

constexpr size_t kMostDistances = size_t{1} << 20;

// A slot is divided by how near its groups are to each other: at a width of 0
// it is whole. Wide borders make the search smooth. They become narrow step by
// step.
constexpr double kNarrowest = 0.0004;
constexpr double kWidest = 256 * kNarrowest;
constexpr int kStepsPerWidth = 40;
// Of a wanted share.
constexpr double kMet = 1e-4;
// Beyond this a group has nothing of a slot.
constexpr double kFar = 30;

// Parts of one slot; returns how many are not 0, whose positions are in `some`.
size_t Divide(const double* distances, const OfGroups& logs, double width,
              OfGroups* parts, std::vector<size_t>* some) {
  double nearest = std::numeric_limits<double>::max();
  for (size_t g = 0; g < logs.size(); ++g) {
    (*parts)[g] = distances[g] - logs[g];
    nearest = std::min(nearest, (*parts)[g]);
  }
  size_t count = 0;
  double sum = 0;
  for (size_t g = 0; g < logs.size(); ++g) {
    const double away = ((*parts)[g] - nearest) / width;
    (*parts)[g] = away > kFar ? 0 : std::exp(-away);
    if (away <= kFar) (*some)[count++] = g;
    sum += (*parts)[g];
  }
  for (size_t i = 0; i < count; ++i) (*parts)[(*some)[i]] /= sum;
  return count;
}

// The shares, and how they change with the logarithms of the weights (row by
// row).
struct Slope {
  OfGroups shares;
  std::vector<double> change;
};

// Adds what divides by these parts, of so many questions.
void Add(double questions, double width, const OfGroups& parts,
         const std::vector<size_t>& some, size_t count, Slope* slope) {
  const size_t groups = parts.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t g = some[i];
    slope->shares[g] += questions * parts[g];
    if (count == 1) return;
    const double strength = questions * parts[g] / width;
    slope->change[g * groups + g] += strength;
    for (size_t k = 0; k < count; ++k) {
      slope->change[g * groups + some[k]] -= strength * parts[some[k]];
    }
  }
}

Slope SlopeAt(const HeavySlots& slots, const OfGroups& logs, double width) {
  const size_t groups = slots.groups();
  Slope slope{OfGroups(groups), std::vector<double>(groups * groups)};
  OfGroups parts(groups);
  std::vector<size_t> some(groups);
  for (size_t i = 0; i < slots.size(); ++i) {
    const size_t count = Divide(slots.distances(i), logs, width, &parts, &some);
    Add(slots.questions(i), width, parts, some, count, &slope);
  }
  // The others follow the weights.
  const OfGroups same(groups, 0);
  const size_t count = Divide(same.data(), logs, 1, &parts, &some);
  Add(slots.rest(), 1, parts, some, count, &slope);
  return slope;
}

// Solves a * x = b for a matrix that has a direction of no change, in which
// all groups are alike.
OfGroups Solve(std::vector<double> a, OfGroups b) {
  constexpr double kFloor = 1e-6;
  const size_t n = b.size();
  for (size_t i = 0; i < n; ++i) a[i * n + i] += kFloor;
  for (size_t i = 0; i < n; ++i) {
    size_t pivot = i;
    for (size_t row = i + 1; row < n; ++row) {
      if (std::abs(a[row * n + i]) > std::abs(a[pivot * n + i])) pivot = row;
    }
    for (size_t k = 0; k < n; ++k) std::swap(a[i * n + k], a[pivot * n + k]);
    std::swap(b[i], b[pivot]);
    for (size_t row = i + 1; row < n; ++row) {
      const double factor = a[row * n + i] / a[i * n + i];
      for (size_t k = i; k < n; ++k) a[row * n + k] -= factor * a[i * n + k];
      b[row] -= factor * b[i];
    }
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

void Centre(OfGroups* logs) {
  const double mean = std::accumulate(logs->begin(), logs->end(), 0.0) /
                      static_cast<double>(logs->size());
  for (double& log : *logs) log -= mean;
}

}  // namespace

HeavySlots::HeavySlots(const std::vector<std::string>& groups,
                       const std::vector<float>& questions, size_t most)
    : groups_(groups.size()) {
  for (uint32_t slot = 0; slot < questions.size(); ++slot) {
    if (questions[slot] > 0) slots_.push_back(slot);
  }
  const size_t count =
      std::min({slots_.size(), most, kMostDistances / groups.size()});
  std::partial_sort(
      slots_.begin(), slots_.begin() + static_cast<ptrdiff_t>(count),
      slots_.end(), [&](uint32_t a, uint32_t b) {
        return questions[a] != questions[b] ? questions[a] > questions[b]
                                            : a < b;
      });
  for (size_t i = count; i < slots_.size(); ++i) {
    rest_ += static_cast<double>(questions[slots_[i]]);
  }
  slots_.resize(count);
  std::vector<uint64_t> hashes;
  hashes.reserve(groups.size());
  for (const std::string& group : groups) {
    hashes.push_back(hashing::OrderHash(group));
  }
  questions_.reserve(count);
  distances_.reserve(count * groups.size());
  for (const uint32_t slot : slots_) {
    questions_.push_back(static_cast<double>(questions[slot]));
    for (const uint64_t hash : hashes) {
      distances_.push_back(std::log(static_cast<double>(hashing::NegativeLog2(
          hashing::Mix64(hashing::SlotKey(slot) ^ hash)))));
    }
  }
}

OfGroups HeavySlots::First(size_t count, const OfGroups& logs) const {
  OfGroups shares(groups_);
  const double* distance = distances_.data();
  for (size_t i = 0; i < count; ++i) {
    size_t owner = 0;
    double nearest = std::numeric_limits<double>::max();
    for (size_t g = 0; g < groups_; ++g, ++distance) {
      const double away = *distance - logs[g];
      if (away < nearest) {
        nearest = away;
        owner = g;
      }
    }
    shares[owner] += questions_[i];
  }
  return shares;
}

OfGroups HeavySlots::All(const OfGroups& logs) const {
  OfGroups shares = First(size(), logs);
  double sum = 0;
  for (const double log : logs) sum += std::exp(log);
  for (size_t g = 0; g < groups_; ++g) {
    shares[g] += rest_ * std::exp(logs[g]) / sum;
  }
  return shares;
}

OfGroups MeetDivided(const HeavySlots& slots, const OfGroups& wanted,
                     OfGroups begin) {
  OfGroups logs = std::move(begin);
  Centre(&logs);
  for (double width = kWidest; width >= kNarrowest; width /= 2) {
    // Where the slope ends, the step would lead anywhere; where it bends, too
    // far.
    const double longest = std::max(2 * width, 5 * kNarrowest);
    double damping = 1;
    double worst_before = std::numeric_limits<double>::max();
    for (int step = 0; step < kStepsPerWidth; ++step) {
      Slope slope = SlopeAt(slots, logs, width);
      OfGroups missing(wanted.size());
      double worst = 0;
      for (size_t g = 0; g < wanted.size(); ++g) {
        missing[g] = wanted[g] - slope.shares[g];
        worst = std::max(worst, std::abs(missing[g]) / wanted[g]);
      }
      if (worst < kMet) break;
      damping =
          worst < worst_before ? std::min(1.0, 1.5 * damping) : damping / 2;
      worst_before = worst;
      OfGroups way = Solve(std::move(slope.change), std::move(missing));
      Centre(&way);
      double length = 0;
      for (const double part : way) length = std::max(length, std::abs(part));
      const double factor = damping * (length > longest ? longest / length : 1);
      for (size_t g = 0; g < logs.size(); ++g) logs[g] += factor * way[g];
    }
  }
  return logs;
}

OfGroups PartsOf(const HeavySlots& slots, size_t index, const OfGroups& logs) {
  OfGroups parts(slots.groups());
  std::vector<size_t> some(slots.groups());
  Divide(slots.distances(index), logs, kNarrowest, &parts, &some);
  return parts;
}

}  // namespace groupring::backend
