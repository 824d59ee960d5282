// Which owner names exist, and what stands at each: dynamic names, apexes,
// static records and the empty non-terminals between them.
#ifndef GROUPRING_BACKEND_SNAPSHOT_OWNER_INDEX_H_
#define GROUPRING_BACKEND_SNAPSHOT_OWNER_INDEX_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// The zone that encloses the name most closely, itself included; null when
// none does. `zones` is sorted by name.
std::shared_ptr<const Zone> EnclosingZone(
    const std::vector<std::shared_ptr<const Zone>>& zones,
    std::string_view name);

// `zones` is sorted by name, `names` in any order. Static records that a
// dynamic name displaces (an address or CNAME of the same owner) are left out
// with a line in *complaints. Name servers of a zone that lie in it and have no
// address there: a line in *shortcomings.
std::shared_ptr<const OwnerMap> BuildOwners(
    const std::vector<std::shared_ptr<const Zone>>& zones,
    const std::vector<std::shared_ptr<const DynamicName>>& names,
    std::vector<std::string>* complaints,
    std::vector<std::string>* shortcomings);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_OWNER_INDEX_H_
