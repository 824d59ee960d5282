#include "backend/resolver/slot_counts.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>
#include <vector>

#include "hashing/ring.h"

namespace groupring::backend {
namespace {

using redis::Questions;

// A float of questions in the last hour is good for some 80 hours. Who
// publishes brings the counts up to date far earlier, so that no query has to.
constexpr std::chrono::hours kMostAhead{60};
constexpr std::chrono::hours kAhead{1};
// Of a scale that is a little old: less than a thousandth is lost.
constexpr std::chrono::seconds kScaleLasts{1};

// Of all questions; the key of such a slot is remembered.
constexpr double kBusy = 0.001;
constexpr size_t kMostCandidates = 4 * redis::kMostProfileKeys;

double MillisBetween(SlotCounts::TimePoint from, SlotCounts::TimePoint to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

}  // namespace

// Pages of zeros, that take no memory before they are written to.
SlotCounts::SlotCounts()
    : counts_(
          static_cast<Count*>(std::calloc(hashing::kSlots, sizeof(Count)))) {
  if (counts_ == nullptr) throw std::bad_alloc();
}

Questions SlotCounts::ScaleAt(TimePoint now) const {
  const double millis = MillisBetween(zero_, now);
  return {std::exp(millis / redis::kMillisOfHour),
          std::exp(millis / redis::kMillisOfDay)};
}

void SlotCounts::Rebase(TimePoint now) {
  const Questions scale = ScaleAt(now);
  for (uint32_t slot = 0; slot < hashing::kSlots; ++slot) {
    Count& count = counts_[slot];
    if (count.day == 0) continue;  // writes to no page without a count
    count.hour = static_cast<float>(count.hour / scale.hour);
    count.day = static_cast<float>(count.day / scale.day);
  }
  all_ /= scale.day;
  scale_until_ = {};
  for (auto& [slot, candidate] : candidates_) candidate.votes /= scale.day;
  zero_ = now;
}

void SlotCounts::NoteKey(uint32_t slot, hashing::SubnetKey key,
                         double questions) {
  // Those that are busy now come back.
  if (candidates_.size() >= kMostCandidates) candidates_.clear();
  Candidate& candidate =
      candidates_.try_emplace(slot, Candidate{key, 0}).first->second;
  candidate.votes += candidate.key == key ? questions : -questions;
  if (candidate.votes < 0) candidate = {key, -candidate.votes};
}

void SlotCounts::Add(hashing::SubnetKey key, uint64_t weight, TimePoint now) {
  const uint32_t slot = hashing::SlotOf(key);
  if (!mutex_.TryLock()) return;
  if (!std::exchange(any_, true)) zero_ = now;
  if (now - zero_ > kMostAhead) Rebase(now);
  if (now >= scale_until_) {
    scale_ = ScaleAt(now);
    scale_until_ = now + kScaleLasts;
  }
  const auto questions = static_cast<double>(weight);
  Count& count = counts_[slot];
  count.hour += static_cast<float>(questions * scale_.hour);
  count.day += static_cast<float>(questions * scale_.day);
  all_ += questions * scale_.day;
  if (count.day >= kBusy * all_) NoteKey(slot, key, questions * scale_.day);
  mutex_.Unlock();
}

redis::TrafficProfile SlotCounts::Profile(size_t most, TimePoint now,
                                          int64_t unix_millis) {
  std::vector<redis::SlotQuestions> slots;
  std::vector<redis::SlotKey> keys;
  {
    const MutexLock lock(&mutex_);
    if (any_) {
      if (now - zero_ > kAhead) Rebase(now);
      const Questions scale = ScaleAt(now);
      for (const auto& [slot, candidate] : candidates_) {
        if (counts_[slot].day < kBusy * all_) continue;
        keys.push_back({slot, candidate.key.value});
      }
      for (uint32_t slot = 0; slot < hashing::kSlots; ++slot) {
        const Count& count = counts_[slot];
        if (count.day == 0) continue;
        slots.push_back(
            {slot, {count.hour / scale.hour, count.day / scale.day}});
      }
    }
  }
  std::sort(keys.begin(), keys.end(),
            [](const redis::SlotKey& a, const redis::SlotKey& b) {
              return a.slot < b.slot;
            });
  redis::TrafficProfile profile =
      redis::CompactProfile(std::move(slots), most, unix_millis);
  // A thousand slots have a thousandth of all at most.
  profile.keys = std::move(keys);
  return profile;
}

}  // namespace groupring::backend
