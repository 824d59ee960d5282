#include "redis/model/traffic.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

namespace groupring::redis {

Questions Aged(const Questions& questions, double millis) {
  if (millis <= 0) return questions;
  return {questions.hour * std::exp(-millis / kMillisOfHour),
          questions.day * std::exp(-millis / kMillisOfDay)};
}

TrafficProfile CompactProfile(std::vector<SlotQuestions> slots, size_t most,
                              int64_t unix_millis) {
  TrafficProfile profile;
  profile.unix_millis = unix_millis;
  if (slots.size() > most) {
    const auto end = slots.begin() + static_cast<ptrdiff_t>(most);
    std::nth_element(slots.begin(), end, slots.end(),
                     [](const SlotQuestions& a, const SlotQuestions& b) {
                       if (a.questions.day != b.questions.day) {
                         return a.questions.day > b.questions.day;
                       }
                       return a.slot < b.slot;
                     });
    for (auto other = end; other != slots.end(); ++other) {
      profile.others += other->questions;
    }
    slots.erase(end, slots.end());
  }
  std::sort(slots.begin(), slots.end(),
            [](const SlotQuestions& a, const SlotQuestions& b) {
              return a.slot < b.slot;
            });
  profile.slots = std::move(slots);
  return profile;
}

TrafficProfile Merge(const std::vector<TrafficProfile>& profiles,
                     int64_t unix_millis) {
  TrafficProfile all;
  all.unix_millis = unix_millis;
  std::map<uint32_t, Questions> slots;
  struct Named {
    uint64_t key = 0;
    double questions = -1;
  };
  std::map<uint32_t, Named> keys;
  for (const TrafficProfile& profile : profiles) {
    const auto age = static_cast<double>(unix_millis - profile.unix_millis);
    auto key = profile.keys.begin();
    for (const SlotQuestions& slot : profile.slots) {
      const Questions aged = Aged(slot.questions, age);
      slots[slot.slot] += aged;
      while (key != profile.keys.end() && key->slot < slot.slot) ++key;
      if (key == profile.keys.end() || key->slot != slot.slot) continue;
      Named& named = keys[slot.slot];
      if (aged.day > named.questions) named = {key->key, aged.day};
    }
    all.others += Aged(profile.others, age);
  }
  all.slots.reserve(slots.size());
  for (const auto& [slot, questions] : slots) {
    all.slots.push_back({slot, questions});
  }
  for (const auto& [slot, named] : keys) all.keys.push_back({slot, named.key});
  return all;
}

}  // namespace groupring::redis
