#include "backend/snapshot/name_class.h"

namespace groupring::backend {

NameClass ClassOf(const DynamicName& name) {
  NameClass c;
  c.ring = name.ring;
  c.on_empty = name.on_empty;
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (name.ring != kNoRing) {
      c.skip[f] = name.skip[f].get();
      continue;
    }
    const redis::NameData& data = *name.own;
    c.own[f] =
        redis::Availability{{}, redis::AddressesOf(data, f, *name.skip[f])}
            .service();
    c.has_own[f] =
        !data.addresses[f]->empty() ||
        (data.last_good[f] != nullptr && !data.last_good[f]->empty());
  }
  return c;
}

}  // namespace groupring::backend
