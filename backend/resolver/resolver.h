// What is at a name, for a client: the heart of groupring.
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
#include "backend/snapshot/snapshot.h"
#include "hashing/ring.h"
#include "redis/base/random.h"

namespace groupring::backend {

// What one thread resolves with, reused from query to query so that a steady
// stream of them allocates nothing. Not thread-safe.
struct ResolverScratch {
  explicit ResolverScratch(Random* random_source) : random(random_source) {}

  Random* const random;  // outlives the scratch
  hashing::RingOrder order;
  std::vector<ChosenAddress> addresses;
  std::string name;
  // Set when a pool of draws wants a refill; whoever sees it clears it.
  bool wake_store = false;
};

// Answers `lookup`. `snapshot` is what the reply's views point into; the
// caller keeps it in the reply. Never blocks.
void Lookup(const Snapshot& snapshot, const Request& request,
            int64_t unix_millis, ResolverScratch* scratch, Reply* reply);

// Appends the addresses of a dynamic name as the client is to see them, under
// the owner name `qname`. False, with nothing appended, when there are none
// and the query has to fail.
bool AppendDynamic(const Snapshot& snapshot, const DynamicName& name,
                   const Client& client, std::string_view qname,
                   int64_t unix_millis, ResolverScratch* scratch, Reply* reply);

// Appends one address of each family that the name has or may have, always
// the same: what listings show, and what decides an NSEC bitmap.
void AppendSample(const Snapshot& snapshot, const DynamicName& name,
                  uint8_t scope_mask, std::string_view qname, Reply* reply);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_RESOLVER_H_
