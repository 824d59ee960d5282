#include "backend/resolver/group_choice.h"

#include <algorithm>
#include <optional>

namespace groupring::backend {
namespace {

using redis::AddressSet;
using redis::GroupData;
using redis::kFamilies;

bool KeepsSlot(const RingView& view, size_t group, uint32_t slot,
               int64_t unix_millis) {
  const uint64_t share = RetainedShare(view.groups[group]->state, unix_millis);
  if (share == redis::kWholeShare) return true;
  return view.ring->Keeps(group, slot, share);
}

// The walk ends when every family that exists on the ring is decided.
bool IsDecided(const RingView& view, const GroupChoice& choice) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (view.has_family[f] && choice[f].kind == ChoiceKind::kNone) return false;
  }
  return true;
}

GroupVisit Visit(const RingView& view, size_t index, uint32_t slot,
                 int64_t unix_millis, const SkipLists& skip,
                 GroupChoice* choice) {
  const GroupData& group = *view.groups[index];
  GroupVisit visit;
  visit.group = index;
  visit.keeps_slot = KeepsSlot(view, index, slot, unix_millis);
  for (size_t f = 0; f < kFamilies; ++f) {
    visit.usable[f] = IsUsable(*group.addresses[f], *skip[f]);
    if (visit.keeps_slot && visit.usable[f] &&
        (*choice)[f].kind == ChoiceKind::kNone) {
      (*choice)[f] = {ChoiceKind::kInService, index, group.addresses[f].get()};
      visit.taken[f] = true;
    }
  }
  return visit;
}

// What the family last had at this group, in place of nothing.
const AddressSet* LastKnown(const GroupData& group, size_t f,
                            const redis::SkipList& skip) {
  if (IsUsable(*group.addresses[f], skip)) return group.addresses[f].get();
  const AddressSet* last = group.last_good[f].get();
  return last != nullptr && IsUsable(*last, skip) ? last : nullptr;
}

void FailOpen(const RingView& view, uint32_t slot, int64_t unix_millis,
              const SkipLists& skip, hashing::RingOrder* order,
              GroupChoice* choice) {
  for (const bool enabled_only : {true, false}) {
    order->Start(*view.ring, slot);
    while (!IsDecided(view, *choice)) {
      const std::optional<size_t> index = order->Next();
      if (!index.has_value()) break;
      const GroupData& group = *view.groups[*index];
      if (enabled_only && RetainedShare(group.state, unix_millis) == 0) {
        continue;
      }
      for (size_t f = 0; f < kFamilies; ++f) {
        if ((*choice)[f].kind != ChoiceKind::kNone) continue;
        if (const AddressSet* set = LastKnown(group, f, *skip[f])) {
          (*choice)[f] = {ChoiceKind::kLastGood, *index, set};
        }
      }
    }
  }
}

}  // namespace

bool IsUsable(const AddressSet& set, const redis::SkipList& skip) {
  if (skip.empty()) return !set.empty();
  return std::any_of(
      set.members().begin(), set.members().end(),
      [&](const auto& member) { return skip.LeavesHost(member); });
}

GroupChoice ChooseGroups(const RingView& view, uint32_t slot,
                         int64_t unix_millis, const SkipLists& skip,
                         hashing::RingOrder* order,
                         const VisitListener* listener) {
  GroupChoice choice;
  if (view.ring->size() == 0) return choice;

  // Nearly always the slot's owner decides both families.
  if (listener == nullptr) {
    const std::optional<size_t> owner =
        view.table != nullptr ? view.table->Owner(slot)
                              : std::optional<size_t>(view.ring->First(slot));
    if (owner.has_value()) {
      Visit(view, *owner, slot, unix_millis, skip, &choice);
    }
    if (IsDecided(view, choice)) return choice;
    choice = GroupChoice();
  }

  order->Start(*view.ring, slot);
  while (listener != nullptr || !IsDecided(view, choice)) {
    const std::optional<size_t> index = order->Next();
    if (!index.has_value()) break;
    const GroupVisit visit =
        Visit(view, *index, slot, unix_millis, skip, &choice);
    if (listener != nullptr) (*listener)(visit);
  }
  if (!IsDecided(view, choice)) {
    FailOpen(view, slot, unix_millis, skip, order, &choice);
  }
  return choice;
}

}  // namespace groupring::backend
