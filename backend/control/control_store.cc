#include "backend/control/control_store.h"

#include <utility>

#include "redis/base/dns_name.h"

namespace groupring::backend {

absl::Status LoadUnreferencedGroup(const std::string& group,
                                   ControlStore* store,
                                   redis::Dataset* dataset) {
  // Sets called like a name are the name's own.
  if (dataset->groups.contains(group) ||
      dataset->names.contains(CanonicalName(group))) {
    return absl::OkStatus();
  }
  auto found = store->LoadGroup(group);
  if (!found.ok()) return found.status();
  if (*found != nullptr) dataset->groups[group] = *std::move(found);
  return absl::OkStatus();
}

}  // namespace groupring::backend
