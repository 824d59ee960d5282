// A hash map by name. Looking up a std::string_view makes no copy of it.
// (Debian's absl::string_view is not std::string_view.)
#ifndef GROUPRING_REDIS_BASE_NAME_MAP_H_
#define GROUPRING_REDIS_BASE_NAME_MAP_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace groupring {

struct NameHash {
  using is_transparent = void;
  size_t operator()(std::string_view name) const {
    return absl::Hash<absl::string_view>()(
        absl::string_view(name.data(), name.size()));
  }
};

template <typename Value>
using NameMap =
    absl::flat_hash_map<std::string, Value, NameHash, std::equal_to<>>;

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_NAME_MAP_H_
