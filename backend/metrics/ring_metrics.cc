#include "backend/metrics/ring_metrics.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "backend/report/expected_shares.h"

namespace groupring::backend {
namespace {

// A ring that has names.
struct LabelledRing {
  std::string_view label;
  const RingView* view = nullptr;
};

// Views with the same groups and weights are one ring, whatever their PANIC.
// By label.
std::vector<LabelledRing> RingsOf(const RingMetricsSource& source) {
  std::map<const hashing::Ring*, LabelledRing> rings;
  for (size_t i = 0; i < source.snapshot->rings.size(); ++i) {
    const std::string& name = (*source.names)[i];
    if (name.empty()) continue;
    const RingView* const view = source.snapshot->rings[i].get();
    const auto [ring, is_new] = rings.try_emplace(view->ring.get());
    if (is_new || name < ring->second.label) ring->second = {name, view};
  }
  std::vector<LabelledRing> sorted;
  sorted.reserve(rings.size());
  for (const auto& [ring, labelled] : rings) sorted.push_back(labelled);
  std::sort(sorted.begin(), sorted.end(),
            [](const LabelledRing& a, const LabelledRing& b) {
              return a.label < b.label;
            });
  return sorted;
}

Exposition::Labels LabelsOf(const LabelledRing& ring,
                            const std::string& group) {
  return {{"ring", std::string(ring.label)}, {"group", group}};
}

void AddWeights(const std::vector<LabelledRing>& rings, size_t most,
                Exposition* out) {
  out->Begin(MetricKind::kGauge, "groupring_group_weight",
             "The weight of a group on a ring. A ring is called after the "
             "first of its names.");
  size_t series = 0;
  for (const LabelledRing& ring : rings) {
    const hashing::Ring& weights = *ring.view->ring;
    for (size_t g = 0; g < weights.size(); ++g) {
      if (++series > most) return;
      out->Add(weights.weight(g), LabelsOf(ring, weights.name(g)));
    }
  }
}

void AddExpected(const std::vector<LabelledRing>& rings, int64_t unix_millis,
                 size_t most, Exposition* out) {
  out->Begin(MetricKind::kGauge, "groupring_group_expected_ratio",
             "The part of a ring's clients that the group is meant to have "
             "now, by weight and kept ratio. A ring is called after the first "
             "of its names.");
  size_t series = 0;
  for (const LabelledRing& ring : rings) {
    const RingView& view = *ring.view;
    const std::vector<double> shares = ExpectedShares(view, unix_millis);
    for (size_t g = 0; g < shares.size(); ++g) {
      if (++series > most) return;
      out->Add(shares[g], LabelsOf(ring, view.ring->name(g)));
    }
  }
}

using Answers = std::map<std::string, uint64_t>;  // by group

std::map<const hashing::Ring*, Answers> AnswersOf(
    const RingMetricsSource& source) {
  std::map<const hashing::Ring*, Answers> rings;
  for (const RingAnswers& ring : *source.answers) {
    Answers& answers = rings[ring.ring.get()];
    for (const auto& [group, questions] : ring.groups) {
      if (group >= source.groups->size()) continue;
      answers[(*source.groups)[group]] += questions;
    }
  }
  return rings;
}

double Sum(const Answers& answers) {
  double sum = 0;
  for (const auto& [group, questions] : answers) {
    sum += static_cast<double>(questions);
  }
  return sum;
}

void AddObserved(const std::vector<LabelledRing>& rings,
                 const RingMetricsSource& source, size_t most,
                 Exposition* out) {
  std::map<const hashing::Ring*, Answers> asked = AnswersOf(source);
  out->Begin(MetricKind::kGauge, "groupring_group_observed_ratio",
             "The part of the questions on a ring that was answered from the "
             "group in the last 5 to 10 minutes, by samples.");
  size_t series = 0;
  for (const LabelledRing& ring : rings) {
    const auto found = asked.find(ring.view->ring.get());
    if (found == asked.end()) continue;
    Answers answers = found->second;
    const double all = Sum(answers);
    // Those that are never chosen are there as well, as 0.
    for (size_t g = 0; g < ring.view->ring->size(); ++g) {
      answers.try_emplace(ring.view->ring->name(g), 0);
    }
    for (const auto& [group, questions] : answers) {
      if (all == 0 || ++series > most) break;
      out->Add(static_cast<double>(questions) / all, LabelsOf(ring, group));
    }
  }
  out->Begin(MetricKind::kGauge, "groupring_ring_recent_questions",
             "Questions on a ring in the last 5 to 10 minutes, which the "
             "observed ratios are taken of; estimated from samples.");
  series = 0;
  for (const LabelledRing& ring : rings) {
    const auto found = asked.find(ring.view->ring.get());
    if (found == asked.end()) continue;
    if (++series > most) return;
    out->Add(Sum(found->second), {{"ring", std::string(ring.label)}});
  }
}

}  // namespace

std::vector<std::string> RingNames(const Snapshot& snapshot) {
  std::vector<const OwnerName*> first(snapshot.rings.size());
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic == nullptr || owner->dynamic->ring == kNoRing) continue;
    const OwnerName*& of_ring = first[owner->dynamic->ring];
    if (of_ring == nullptr || owner->name < *of_ring) of_ring = &owner->name;
  }
  std::vector<std::string> names;
  names.reserve(first.size());
  for (const OwnerName* name : first) {
    names.push_back(name == nullptr ? "" : name->str());
  }
  return names;
}

std::shared_ptr<const std::vector<std::string>> RingNameCache::Of(
    const Snapshot& snapshot) {
  const MutexLock lock(&mutex_);
  // Which ring stands at a place changes only with the names that use it.
  if (names_ == nullptr || owners_ != snapshot.owners) {
    names_ =
        std::make_shared<const std::vector<std::string>>(RingNames(snapshot));
    owners_ = snapshot.owners;
  }
  return names_;
}

void AddRingMetrics(const RingMetricsSource& source, size_t most,
                    Exposition* out) {
  const std::vector<LabelledRing> rings = RingsOf(source);
  AddWeights(rings, most, out);
  AddExpected(rings, source.unix_millis, most, out);
  AddObserved(rings, source, most, out);
}

}  // namespace groupring::backend
