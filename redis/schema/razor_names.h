// pdns-razor's rules for names: a name uses the CONFIG of its zone, and
// addresses alone make a name.
#ifndef GROUPRING_REDIS_SCHEMA_RAZOR_NAMES_H_
#define GROUPRING_REDIS_SCHEMA_RAZOR_NAMES_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "redis/base/shared_map.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Names that were read or edited, null for one that does not exist.
using NameMap =
    absl::flat_hash_map<std::string, std::shared_ptr<const NameData>>;

// Whether the key `owner`:A may make a name: `owner` is a canonical name and
// has a parent, which could be a zone.
bool MayBeRazorName(std::string_view owner);

// Whether the name has neither CONFIG nor GROUPS.
bool HasAddressesOnly(const NameData& name);

// Applies razor's rules to names that were parsed from their own keys. `read`
// has the names that were read, null for one that does not exist; `known` has
// all names as they were before. Afterwards:
// - TTL, ANSWER, ANSWERS and ON_EMPTY that a name's CONFIG does not have are
//   those of the closest zone around it, or else the defaults;
// - an ANSWER that is not the name's own is one that it can give: it needs
//   groups, or addresses of its own;
// - a name that has only addresses exists in a zone only;
// - `read` also has the names of `known` that change with their zone, and an
//   entry that equals the one in `known` is the same object.
void ApplyRazorRules(const SharedMap<NameData>& known, NameMap* read);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_RAZOR_NAMES_H_
