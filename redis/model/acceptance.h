// An operator's word that what Redis holds is meant, however little it is.
#ifndef GROUPRING_REDIS_MODEL_ACCEPTANCE_H_
#define GROUPRING_REDIS_MODEL_ACCEPTANCE_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace groupring::redis {

// `groupring:accepted`.
struct Acceptance {
  int64_t unix_millis = 0;  // when; tells one acceptance from another; 0: none
  int64_t names = 0;        // that Redis held then
  std::string by;
  std::string reason;

  bool operator==(const Acceptance&) const = default;
};

// What a node doubts: data that took the place of what it believes.
struct DoubtedData {
  size_t names = 0;  // in Redis now
  // The acceptance that was there already while Redis was believed; 0: none.
  int64_t spent_unix_millis = 0;
  // When Redis was last seen with the data that is believed.
  int64_t confirmed_unix_millis = 0;
};

// How far clocks of operators and nodes may differ.
inline constexpr int64_t kClockToleranceMillis = 600'000;

// Whether the acceptance is about that: not one of an earlier loss, nor one of
// another number of names than Redis holds now.
inline bool Accepts(const Acceptance& acceptance, const DoubtedData& data) {
  return acceptance.unix_millis != 0 &&
         acceptance.unix_millis != data.spent_unix_millis &&
         acceptance.unix_millis >=
             data.confirmed_unix_millis - kClockToleranceMillis &&
         acceptance.names == static_cast<int64_t>(data.names);
}

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_ACCEPTANCE_H_
