// Which keys to read: parts of names and groups.
#ifndef GROUPRING_REDIS_STORE_WANTED_H_
#define GROUPRING_REDIS_STORE_WANTED_H_

#include <array>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

struct NameParts {
  bool head = false;  // CONFIG, GROUPS and WEIGHTS
  std::array<bool, kFamilies> members{};
  std::array<bool, kFamilies> skip{};

  static NameParts All() { return {true, {true, true}, {true, true}}; }
};

struct GroupParts {
  std::array<bool, kFamilies> members{};
  bool state = false;

  static GroupParts All() { return {{true, true}, true}; }
};

struct Wanted {
  absl::flat_hash_map<std::string, NameParts> names;
  absl::flat_hash_map<std::string, GroupParts> groups;

  bool empty() const { return names.empty() && groups.empty(); }
};

// Adds what a change of `key` makes us read: parts of a name or group of the
// dataset (or both, as a group may be called like a name), or a whole name
// that may just have appeared. Nothing for other applications' keys.
void AddChangedKey(std::string_view key, const Dataset& dataset,
                   Wanted* wanted);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_WANTED_H_
