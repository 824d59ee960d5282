// Whether a Redis server suits: version, role, memory, persistence.
#ifndef GROUPRING_BACKEND_DOCTOR_REDIS_FACTS_H_
#define GROUPRING_BACKEND_DOCTOR_REDIS_FACTS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "redis/base/diagnostic.h"

namespace groupring::backend {

// What Redis says of itself; what it would not say is left out.
struct RedisFacts {
  std::map<std::string, std::string> info;  // of INFO: field → value
  // Commands that our user may not run, and why that matters.
  std::vector<std::string> denied;
  bool can_follow = true;  // CLIENT TRACKING works
  bool can_write = true;   // commands and heartbeats work
};

// "name:value" lines of INFO.
std::map<std::string, std::string> ParseInfo(std::string_view text);

Diagnostics CheckRedis(const RedisFacts& facts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_REDIS_FACTS_H_
