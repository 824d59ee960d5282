// An operator's confirmation that what Redis holds is intended, however little
// it is.
#ifndef GROUPRING_REDIS_MODEL_ACCEPTANCE_H_
#define GROUPRING_REDIS_MODEL_ACCEPTANCE_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace groupring::redis {

// `groupring:accepted`.
struct Acceptance {
  int64_t unix_millis = 0;  // when; identifies the acceptance; 0: none
  int64_t names = 0;        // how many Redis held then
  std::string by;
  std::string reason;

  bool operator==(const Acceptance&) const = default;
};

// Data that a node doubts: it replaced, in Redis, the data that the node
// serves.
struct DoubtedData {
  size_t names = 0;  // in Redis now
  // The acceptance that existed before the loss and so does not count; 0: none.
  int64_t spent_unix_millis = 0;
  // When Redis was last seen to hold the data that the node serves.
  int64_t confirmed_unix_millis = 0;
};

// How much the clocks of operators and nodes may differ.
inline constexpr int64_t kClockToleranceMillis = 600'000;

// Whether the acceptance applies to this data: it was not made for an earlier
// loss, and its number of names is the one that Redis holds now.
inline bool Accepts(const Acceptance& acceptance, const DoubtedData& data) {
  return acceptance.unix_millis != 0 &&
         acceptance.unix_millis != data.spent_unix_millis &&
         acceptance.unix_millis >=
             data.confirmed_unix_millis - kClockToleranceMillis &&
         acceptance.names == static_cast<int64_t>(data.names);
}

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_ACCEPTANCE_H_
