// Which addresses of a chosen set are answered.
#ifndef GROUPRING_BACKEND_RESOLVER_ADDRESS_CHOICE_H_
#define GROUPRING_BACKEND_RESOLVER_ADDRESS_CHOICE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "backend/resolver/query_counts.h"
#include "backend/snapshot/snapshot.h"
#include "hashing/ring.h"
#include "hashing/subnet_key.h"
#include "redis/base/random.h"
#include "redis/model/address_set.h"
#include "redis/model/skip_list.h"
#include "redis/model/withheld.h"

namespace groupring::backend {

struct ChosenAddress {
  redis::AddressBytes bytes{};
  // As it is answered, pointing into the set; empty for one out of a range,
  // whose text is still to be written.
  std::string_view text;
};

// Up to `count` distinct addresses of the set, drawn at random, none of them
// excluded, appended to *out; fewer when the set has no more. A random host is
// drawn from a range. Sets *wake as AddressSet::Draw does. Each draw is counted
// in *counts, unless that is null; a draw that gives an excluded address, too.
void DrawAddresses(const redis::AddressSet& set,
                   const redis::Exclusions& excluded, uint32_t count,
                   Random* random, bool* wake, QueryCounts* counts,
                   std::vector<ChosenAddress>* out);

// Up to `count` distinct addresses of the ring's set, none of them skipped,
// appended to *out; fewer when the set has no more. They are a function of the
// client's subnet: the first members of its order, and of a range always the
// same host. `order` is scratch memory.
void HashAddresses(const MemberRing& ring, const redis::SkipList& skip,
                   hashing::SubnetKey key, uint32_t count,
                   hashing::RingOrder* order, std::vector<ChosenAddress>* out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_ADDRESS_CHOICE_H_
