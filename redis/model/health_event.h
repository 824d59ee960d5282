// What a checker has found new of an address, as `groupring:health:log` records
// it.
#ifndef GROUPRING_REDIS_MODEL_HEALTH_EVENT_H_
#define GROUPRING_REDIS_MODEL_HEALTH_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "redis/model/verdict.h"

namespace groupring::redis {

// The stream is capped at about so many.
inline constexpr size_t kMaxHealthEvents = 10000;

struct HealthEvent {
  std::string id;           // the stream's
  int64_t unix_millis = 0;  // of the id: when it was written
  std::string checker;
  std::string group;
  std::string address;
  // Nothing where another version wrote what is not known here.
  std::optional<Verdict> verdict;
  std::optional<Verdict> before;  // nothing: there was none
  std::optional<VerdictReason> reason;
  std::string text;  // the server's own words
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_HEALTH_EVENT_H_
