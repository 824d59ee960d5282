#include "backend/snapshot/snapshot.h"

#include <algorithm>

namespace groupring::backend {

const Zone* Snapshot::FindZone(std::string_view name) const {
  const auto it = std::lower_bound(
      zones.begin(), zones.end(), name,
      [](const auto& zone, std::string_view n) { return zone->name < n; });
  return it != zones.end() && (*it)->name == name ? it->get() : nullptr;
}

const Zone* Snapshot::FindZoneById(int64_t id) const {
  const auto it =
      std::find_if(zones.begin(), zones.end(),
                   [&](const auto& zone) { return zone->id == id; });
  return it != zones.end() ? it->get() : nullptr;
}

}  // namespace groupring::backend
