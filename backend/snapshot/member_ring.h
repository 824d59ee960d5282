// The ring of a `consistent_hash` name.
#ifndef GROUPRING_BACKEND_SNAPSHOT_MEMBER_RING_H_
#define GROUPRING_BACKEND_SNAPSHOT_MEMBER_RING_H_

#include <memory>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/model/address_set.h"

namespace groupring::backend {

// The members of a `consistent_hash` name's set as a ring: every member with
// the same weight, under its canonical text. Null when the set is empty; also,
// with a line in *complaints, when it is too large.
std::shared_ptr<const MemberRing> BuildMemberRing(
    const std::shared_ptr<const redis::AddressSet>& set,
    std::vector<std::string>* complaints);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_MEMBER_RING_H_
