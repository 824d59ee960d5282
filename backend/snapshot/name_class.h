// Names that nothing tells apart when it is asked whether they answer.
//
// Of a million names there are few classes, so that code that looks at all
// names (the log, `status`, heartbeats) looks at the classes, and at names of a
// class only where something is wrong with it.
#ifndef GROUPRING_BACKEND_SNAPSHOT_NAME_CLASS_H_
#define GROUPRING_BACKEND_SNAPSHOT_NAME_CLASS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "backend/snapshot/dynamic_name.h"
#include "redis/model/availability.h"

namespace groupring::backend {

struct NameClass {
  uint32_t ring = kNoRing;
  redis::OnEmpty on_empty = redis::OnEmpty::kFailOpen;
  // Of names on a ring. Kept alive by the names of the class.
  std::array<const redis::SkipList*, redis::kFamilies> skip{};
  // Of names with addresses of their own: the best that is left of them beside
  // the skip lists, and whether there is, or was, an address.
  std::array<redis::Service, redis::kFamilies> own{};
  std::array<bool, redis::kFamilies> has_own{};

  bool operator==(const NameClass&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const NameClass& c) {
    return H::combine(std::move(state), c.ring, c.on_empty, c.skip[0],
                      c.skip[1], c.own[0], c.own[1], c.has_own[0],
                      c.has_own[1]);
  }
};

NameClass ClassOf(const DynamicName& name);

// A class that has names.
struct ClassMembers {
  size_t names = 0;
  std::shared_ptr<const DynamicName> example;
};
using NameClasses = absl::flat_hash_map<NameClass, ClassMembers>;

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_NAME_CLASS_H_
