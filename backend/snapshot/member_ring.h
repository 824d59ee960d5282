// Rings made of the members of one set, for `consistent_hash` names.
#ifndef GROUPRING_BACKEND_SNAPSHOT_MEMBER_RING_H_
#define GROUPRING_BACKEND_SNAPSHOT_MEMBER_RING_H_

#include <memory>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"

namespace groupring::backend {

// Every member with the same weight, known by its canonical text. Null when
// the set is empty; also, with a line in *complaints, when it is too large.
std::shared_ptr<const MemberRing> BuildMemberRing(
    const std::shared_ptr<const redis::AddressSet>& set,
    std::vector<std::string>* complaints);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_MEMBER_RING_H_
