// A group that stands on a ring while Redis holds nothing of it.
#ifndef GROUPRING_BACKEND_SNAPSHOT_EMPTY_GROUP_H_
#define GROUPRING_BACKEND_SNAPSHOT_EMPTY_GROUP_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::backend {

inline std::shared_ptr<const redis::GroupData> EmptyGroup(
    const std::string& name) {
  auto group = std::make_shared<redis::GroupData>();
  group->name = name;
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    const auto family = static_cast<redis::Family>(f);
    group->addresses[f] = std::make_shared<redis::AddressSet>(
        name + ":" + std::string(FamilyName(family)), family,
        std::vector<redis::AddressRange>());
  }
  return group;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_EMPTY_GROUP_H_
