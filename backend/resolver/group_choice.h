// Which group answers a subnet, family by family.
#ifndef GROUPRING_BACKEND_RESOLVER_GROUP_CHOICE_H_
#define GROUPRING_BACKEND_RESOLVER_GROUP_CHOICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "backend/snapshot/snapshot.h"
#include "hashing/ring.h"
#include "hashing/shares.h"
#include "redis/model/availability.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// What a family is answered from.
struct FamilyChoice {
  // The pass that found it. Fail-open also takes a group in service whose ramp
  // has taken this slot away. kNone: no group has, or had, the family.
  redis::Service service = redis::Service::kNone;
  size_t group = 0;  // into RingView::groups
  const redis::AddressSet* addresses = nullptr;
  const redis::SkipList* withheld = nullptr;  // of them; null: none
};
using GroupChoice = std::array<FamilyChoice, redis::kFamilies>;

// What the walk along the order found at one group, for explanations.
struct GroupVisit {
  size_t group = 0;  // into RingView::groups
  redis::Intent intent;
  bool keeps_slot = false;  // in service for this slot
  std::array<redis::AddressData, redis::kFamilies> data{};
  std::array<bool, redis::kFamilies> taken{};  // decided the family
};
using VisitListener = std::function<void(const GroupVisit&)>;

using SkipLists =
    std::array<std::shared_ptr<const redis::SkipList>, redis::kFamilies>;

// A slot goes by the weights before while weights change gradually and the
// course has not come to it.
inline bool GoesByWeightsBefore(const RingView& view, uint32_t slot,
                                int64_t unix_millis) {
  return view.earlier != nullptr &&
         !hashing::HasMovedOn(slot,
                              redis::CourseProgress(view.course, unix_millis));
}

// Both families from the first group of the slot's order that is in service; a
// family that it lacks from the next group in service that has it. A family
// that no group in service has is answered from last known good addresses:
// first of groups that an operator left in service, then of any group, those of
// weight 0 last; addresses that are withheld count as those of a group that is
// out of service. `order` is scratch memory. `listener` may be null; otherwise
// it is called with every group of the order, also after both families are
// decided, and then with those of weight 0.
GroupChoice ChooseGroups(const RingView& view, uint32_t slot,
                         int64_t unix_millis, const SkipLists& skip,
                         hashing::RingOrder* order,
                         const VisitListener* listener = nullptr);

// Who answers each slot of the ring at a time: a group answers those that it
// keeps when it has an address of any family.
hashing::RingState ServiceState(const RingView& view, int64_t unix_millis);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_GROUP_CHOICE_H_
