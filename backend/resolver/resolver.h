// The records at a name, for a client.
#ifndef GROUPRING_BACKEND_RESOLVER_RESOLVER_H_
#define GROUPRING_BACKEND_RESOLVER_RESOLVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"
#include "backend/resolver/address_choice.h"
#include "backend/resolver/client.h"
#include "backend/resolver/query_counts.h"
#include "backend/snapshot/cache_holds.h"
#include "backend/snapshot/snapshot.h"
#include "hashing/ring.h"
#include "hashing/subnet_key.h"
#include "redis/base/random.h"

namespace groupring::backend {

// The memory that one thread resolves with, kept from query to query so that a
// steady stream of queries allocates nothing. Not thread-safe.
struct ResolverScratch {
  explicit ResolverScratch(Random* random_source) : random(random_source) {}

  Random* const random;  // outlives the scratch
  hashing::RingOrder order;
  std::vector<ChosenAddress> addresses;
  std::string name;
  // What is answered is counted there; null: not at all. Outlives the scratch.
  QueryCounts* counts = nullptr;
  // Whether the next lookup is one that will be sampled. Set by the caller.
  bool samples = false;
  // The last lookup, for who_asks.h; filled in only if `counts` is set, and all
  // but is_dynamic only if `samples` is.
  struct Answered {
    bool is_dynamic = false;  // and somebody asked. The caller clears it
    bool by_ecs = false;
    hashing::SubnetKey key;     // that was hashed
    hashing::SubnetKey subnet;  // of the client
    // Whose label was hashed in its place, in the snapshot; null: none.
    const AffinityTable::Row* affinity = nullptr;
    const CacheHold* hold = nullptr;  // of the group; null: there is none
    // That the group was chosen on, in the snapshot; null likewise.
    const std::shared_ptr<const hashing::Ring>* ring = nullptr;
  } answered;
  // Set when a pool of draws needs a refill. The caller wakes the store and
  // clears it.
  bool wake_store = false;
};

// Which address types a question is about. PowerDNS asks ANY for the questions
// of clients, and one type for its REST API.
enum class AskedFamilies : uint8_t { kNone, kA, kAaaa, kBoth };

// Whether the zone of the owner has the say over its records of the type.
inline bool IsOurs(const Owner& owner, std::string_view type) {
  return owner.authority == Authority::kOurs ||
         (owner.authority == Authority::kDelegation && type == "DS");
}

// Answers `lookup`. The reply's views point into `snapshot`, which the caller
// keeps in the reply. Never blocks.
void Lookup(const Snapshot& snapshot, const Request& request,
            int64_t unix_millis, ResolverScratch* scratch, Reply* reply);

// Appends the addresses of a dynamic name for the client, under the owner name
// `qname`. False, with nothing appended: neither family has an address, so the
// query has to fail. True with nothing appended: the name has no address of the
// asked families, or ON_EMPTY is nodata.
bool AppendDynamic(const Snapshot& snapshot, const DynamicName& name,
                   AskedFamilies asked, const Client& client,
                   std::string_view qname, int64_t unix_millis,
                   ResolverScratch* scratch, Reply* reply);

// Appends one address of each family that the name has or may have, always the
// same one: for listings, and for NSEC bitmaps.
void AppendSample(const Snapshot& snapshot, const DynamicName& name,
                  uint8_t scope_mask, std::string_view qname,
                  int64_t unix_millis, Reply* reply);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_RESOLVER_H_
