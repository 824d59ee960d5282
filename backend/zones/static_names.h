// The names at which a zone has static records.
#ifndef GROUPRING_BACKEND_ZONES_STATIC_NAMES_H_
#define GROUPRING_BACKEND_ZONES_STATIC_NAMES_H_

#include <string>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::backend {

// Canonical, sorted, each once. REQUIRES: the name is the apex of a zone.
std::vector<std::string> StaticNamesOf(const redis::NameData& zone);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ZONES_STATIC_NAMES_H_
