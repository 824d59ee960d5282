// Which group answers a subnet, family by family.
#ifndef GROUPRING_BACKEND_RESOLVER_GROUP_CHOICE_H_
#define GROUPRING_BACKEND_RESOLVER_GROUP_CHOICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "backend/snapshot/snapshot.h"
#include "hashing/ring.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// How a family's addresses were come by.
enum class ChoiceKind {
  kNone,       // the family does not exist on this ring
  kInService,  // the first group of the order in service that has it
  kLastGood,   // fail-open: nobody in service has it
};

struct FamilyChoice {
  ChoiceKind kind = ChoiceKind::kNone;
  size_t group = 0;  // the ring's index
  const redis::AddressSet* addresses = nullptr;
};
using GroupChoice = std::array<FamilyChoice, redis::kFamilies>;

// What a walk saw at one group; for those who want to know why.
struct GroupVisit {
  size_t group = 0;
  bool keeps_slot = false;                      // in service for this slot
  std::array<bool, redis::kFamilies> usable{};  // has addresses not skipped
  std::array<bool, redis::kFamilies> taken{};   // decided the family
};
using VisitListener = std::function<void(const GroupVisit&)>;

using SkipLists =
    std::array<std::shared_ptr<const redis::SkipList>, redis::kFamilies>;

// Whether the set has an address that the list does not skip.
bool IsUsable(const redis::AddressSet& set, const redis::SkipList& skip);

// Both families from the first group of the slot's order that is in service;
// a family that it lacks from the next group in service that has it. A family
// that none in service has is answered from what was last known good: first
// of groups that are not out of service by an operator's will, then of any.
// `order` is scratch memory. `listener` may be null; with it every group of
// the order is visited, whether or not it could still matter.
GroupChoice ChooseGroups(const RingView& view, uint32_t slot,
                         int64_t unix_millis, const SkipLists& skip,
                         hashing::RingOrder* order,
                         const VisitListener* listener = nullptr);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_GROUP_CHOICE_H_
