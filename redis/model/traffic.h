// How much is asked, per slot of the ring: what nodes count and publish.
#ifndef GROUPRING_REDIS_MODEL_TRAFFIC_H_
#define GROUPRING_REDIS_MODEL_TRAFFIC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace groupring::redis {

// Questions, each of which counts exp(-age / span): at a steady rate that is
// how many are asked in the span.
struct Questions {
  double hour = 0;  // the span is an hour
  double day = 0;   // a day

  Questions& operator+=(const Questions& other) {
    hour += other.hour;
    day += other.day;
    return *this;
  }
  bool operator==(const Questions&) const = default;
};

inline constexpr double kMillisOfHour = 3600.0 * 1000;
inline constexpr double kMillisOfDay = 24 * kMillisOfHour;

// As many questions, so much later. A time before 0 changes nothing.
Questions Aged(const Questions& questions, double millis);

struct SlotQuestions {
  uint32_t slot = 0;
  Questions questions;

  bool operator==(const SlotQuestions&) const = default;
};

// Whose questions most of a slot's are: a SubnetKey of the hashing format, of a
// subnet or of a label.
struct SlotKey {
  uint32_t slot = 0;
  uint64_t key = 0;

  bool operator==(const SlotKey&) const = default;
};

// What one process has counted, or what several have.
struct TrafficProfile {
  int64_t unix_millis = 0;           // as of then
  std::vector<SlotQuestions> slots;  // by slot, each once
  Questions others;                  // of all slots that are not listed
  std::vector<SlotKey> keys;         // by slot; of the busiest slots

  bool empty() const { return slots.empty() && others.day == 0; }
  bool operator==(const TrafficProfile&) const = default;
};

// What is published has at most this many slots, which bounds its size to about
// 200 kB. What is asked from the others is told as one sum: it is little of
// each, so that spread evenly it is as much for each group.
inline constexpr size_t kMostProfileSlots = 16384;
// And at most this many keys: those of slots with a thousandth of all questions
// or more.
inline constexpr size_t kMostProfileKeys = 1024;

// A profile of at most `most` slots, those of the most questions in a day.
// `slots` are in any order, each once.
TrafficProfile CompactProfile(std::vector<SlotQuestions> slots, size_t most,
                              int64_t unix_millis);

// All of them together, as of that time; the key of a slot is that of the
// profile that has most questions of it. A profile of a later time, whose clock
// is ahead, counts as of that time.
TrafficProfile Merge(const std::vector<TrafficProfile>& profiles,
                     int64_t unix_millis);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_TRAFFIC_H_
