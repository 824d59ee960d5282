#include "backend/snapshot/alike.h"

#include <utility>

namespace groupring::backend {

std::shared_ptr<const Snapshot> CountAlike(
    std::shared_ptr<const Snapshot> snapshot, const redis::AlikeNames& alike) {
  if (alike.empty()) return snapshot;
  auto classes = std::make_shared<NameClasses>(*snapshot->classes);
  for (const auto& [name, more] : alike) {
    const DynamicName* const dynamic = snapshot->FindDynamic(name);
    if (dynamic == nullptr) continue;
    (*classes)[ClassOf(*dynamic)].names += more;
  }
  auto counted = std::make_shared<Snapshot>(*snapshot);
  counted->classes = std::move(classes);
  return counted;
}

size_t CountDynamicNames(const Snapshot& snapshot) {
  size_t names = 0;
  for (const auto& [of, members] : *snapshot.classes) names += members.names;
  return names;
}

}  // namespace groupring::backend
