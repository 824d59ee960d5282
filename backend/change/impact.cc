#include "backend/change/impact.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "backend/resolver/group_choice.h"

namespace groupring::backend {
namespace {

using hashing::RingState;

RingState StateOf(const RingView* view, int64_t unix_millis) {
  if (view == nullptr) {
    std::string error;
    return {hashing::Ring::Create({}, &error), {}};
  }
  return ServiceState(*view, unix_millis);
}

bool SameRing(const hashing::Ring& a, const hashing::Ring& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a.name(i) != b.name(i) || a.weight(i) != b.weight(i)) return false;
  }
  return true;
}

bool IsChanging(const RingState& state) {
  return state.earlier != nullptr && state.progress < hashing::kWholeShare;
}

bool SameState(const RingState& a, const RingState& b) {
  if (!SameRing(*a.ring, *b.ring) || a.shares != b.shares) return false;
  const bool a_changes = IsChanging(a);
  if (a_changes != IsChanging(b)) return false;
  return !a_changes ||
         (a.progress == b.progress && SameRing(*a.earlier, *b.earlier));
}

double Ratio(uint32_t slots) {
  return static_cast<double>(slots) / static_cast<double>(hashing::kSlots);
}

RingImpact Count(const RingState& before, const RingState& after) {
  RingImpact impact;
  for (const auto& [group, slots] : hashing::SharesOf(before)) {
    impact.shares_before[group] = Ratio(slots);
  }
  for (const auto& [group, slots] : hashing::SharesOf(after)) {
    impact.shares_after[group] = Ratio(slots);
  }
  for (const auto& [from_to, slots] : hashing::MovesBetween(before, after)) {
    impact.moves[from_to] = Ratio(slots);
    impact.moved += Ratio(slots);
  }
  return impact;
}

uint32_t TtlOf(const Snapshot& snapshot, const std::string& name) {
  const DynamicName* dynamic = snapshot.FindDynamic(name);
  return dynamic == nullptr ? 0 : dynamic->ttl_seconds;
}

std::vector<std::string> RingNames(const Snapshot& a, const Snapshot& b) {
  std::vector<std::string> names;
  for (const Snapshot* snapshot : {&a, &b}) {
    for (const auto& [name, owner] : *snapshot->owners) {
      if (owner->dynamic != nullptr && owner->dynamic->ring != kNoRing) {
        names.emplace_back(name);
      }
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

size_t CountMore(const std::vector<std::string>& names,
                 const redis::AlikeNames& alike) {
  if (alike.empty()) return 0;
  size_t more = 0;
  for (const std::string& name : names) more += redis::CountOf(alike, name) - 1;
  return more;
}

const RingView* RingOfName(const Snapshot& snapshot, std::string_view name) {
  const DynamicName* dynamic = snapshot.FindDynamic(name);
  return dynamic == nullptr ? nullptr : snapshot.RingOf(*dynamic);
}

std::vector<RingPair> PairRings(const Snapshot& before,
                                int64_t before_unix_millis,
                                const Snapshot& after,
                                int64_t after_unix_millis) {
  // Names with the same views on both sides change alike.
  std::map<std::pair<const RingView*, const RingView*>, RingPair> pairs;
  for (const std::string& name : RingNames(before, after)) {
    const std::pair views(RingOfName(before, name), RingOfName(after, name));
    const auto [found, is_new] = pairs.try_emplace(views);
    RingPair& pair = found->second;
    if (is_new) {
      pair.before = StateOf(views.first, before_unix_millis);
      pair.after = StateOf(views.second, after_unix_millis);
      pair.is_same = SameState(pair.before, pair.after);
    }
    pair.names.push_back(name);
    pair.max_ttl_seconds = std::max(
        {pair.max_ttl_seconds, TtlOf(before, name), TtlOf(after, name)});
  }
  std::vector<RingPair> all;
  all.reserve(pairs.size());
  for (auto& [views, pair] : pairs) all.push_back(std::move(pair));
  return all;
}

Impact CompareSnapshots(const Snapshot& before, int64_t before_unix_millis,
                        const Snapshot& after, int64_t after_unix_millis,
                        const redis::TrafficProfile* traffic,
                        const redis::AlikeNames& alike) {
  Impact impact;
  std::vector<float> questions;
  if (traffic != nullptr && !traffic->empty()) {
    questions = QuestionsOfSlots(*traffic, QuestionSpan::kDay);
  }
  for (RingPair& pair :
       PairRings(before, before_unix_millis, after, after_unix_millis)) {
    if (pair.is_same) continue;
    const size_t more = CountMore(pair.names, alike);
    if (impact.rings.size() == kMaxCountedRings) {
      ++impact.uncounted_rings;
      impact.uncounted_names += pair.names.size() + more;
      continue;
    }
    RingImpact counted = Count(pair.before, pair.after);
    if (!questions.empty()) {
      counted.questions = MovesOfQuestions(pair.before, pair.after, questions);
    }
    counted.names = std::move(pair.names);
    counted.more_names = more;
    counted.max_ttl_seconds = pair.max_ttl_seconds;
    impact.rings.push_back(std::move(counted));
  }
  std::sort(impact.rings.begin(), impact.rings.end(),
            [](const RingImpact& a, const RingImpact& b) {
              if (a.moved != b.moved) return a.moved > b.moved;
              return a.names < b.names;
            });
  return impact;
}

}  // namespace groupring::backend
