// A change that a checker found at an address, as `groupring:health:log`
// records it.
#ifndef GROUPRING_REDIS_MODEL_HEALTH_EVENT_H_
#define GROUPRING_REDIS_MODEL_HEALTH_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "redis/model/verdict.h"

namespace groupring::redis {

// The stream is trimmed to about this number of entries.
inline constexpr size_t kMaxHealthEvents = 10000;

struct HealthEvent {
  std::string id;           // the stream's
  int64_t unix_millis = 0;  // of the id: when it was written
  std::string checker;
  std::string group;
  std::string address;
  // Nothing if another version wrote a verdict that is unknown here.
  std::optional<Verdict> verdict;
  std::optional<Verdict> before;  // nothing: there was none
  std::optional<VerdictReason> reason;
  std::string text;  // the server's own words
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_HEALTH_EVENT_H_
