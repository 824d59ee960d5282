// How busy a group is, as somebody who sees its proxies says.
#ifndef GROUPRING_REDIS_MODEL_GROUP_LOAD_H_
#define GROUPRING_REDIS_MODEL_GROUP_LOAD_H_

#include <cstdint>
#include <map>
#include <string>

namespace groupring::redis {

// `groupring:load:<group>`.
struct GroupLoad {
  int64_t sessions = 0;
  int64_t capacity = 0;  // in sessions; 0: not said
  int64_t at = 0;        // unix seconds; 0: not said

  // The part of the capacity that is used. REQUIRES: it is said.
  double used() const {
    return static_cast<double>(sessions) / static_cast<double>(capacity);
  }
  bool operator==(const GroupLoad&) const = default;
};

// By group; those of which something is known.
using GroupLoads = std::map<std::string, GroupLoad>;

// What is older says how busy a group was, and nothing is decided by it.
inline constexpr int64_t kLoadOldSeconds = 300;

inline bool IsOld(const GroupLoad& load, int64_t unix_millis) {
  return unix_millis / 1000 - load.at > kLoadOldSeconds;
}

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_GROUP_LOAD_H_
