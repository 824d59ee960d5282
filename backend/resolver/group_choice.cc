#include "backend/resolver/group_choice.h"

#include <optional>

namespace groupring::backend {
namespace {

using redis::Intent;
using redis::kFamilies;
using redis::Service;

bool KeepsSlot(const RingView& view, size_t group, uint32_t slot,
               const Intent& intent) {
  return intent.kept_share == redis::kWholeShare ||
         view.ring->Keeps(group, slot, intent.kept_share);
}

const hashing::Ring& RingOfSlot(const RingView& view, uint32_t slot,
                                int64_t unix_millis) {
  return GoesByWeightsBefore(view, slot, unix_millis) ? *view.earlier
                                                      : *view.ring;
}

// The walk ends when every family that exists on the ring is decided.
bool IsDecided(const RingView& view, const GroupChoice& choice) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (view.has_family[f] && choice[f].service == Service::kNone) return false;
  }
  return true;
}

GroupVisit Visit(const RingView& view, size_t index, uint32_t slot,
                 int64_t unix_millis, const SkipLists& skip,
                 GroupChoice* choice) {
  const redis::GroupData& group = *view.groups[index];
  GroupVisit visit;
  visit.group = index;
  visit.intent = IntentOf(group, unix_millis);
  visit.keeps_slot = KeepsSlot(view, index, slot, visit.intent);
  for (size_t f = 0; f < kFamilies; ++f) {
    const redis::Availability availability{
        visit.intent, AddressesOf(group, f, *skip[f], unix_millis)};
    visit.data[f] = availability.addresses.data;
    if (visit.keeps_slot && availability.service() == Service::kInService &&
        (*choice)[f].service == Service::kNone) {
      (*choice)[f] = {Service::kInService, index, availability.addresses.set,
                      availability.addresses.withheld};
      visit.taken[f] = true;
    }
  }
  return visit;
}

void FailOpen(const RingView& view, uint32_t slot, int64_t unix_millis,
              const SkipLists& skip, hashing::RingOrder* order,
              GroupChoice* choice) {
  for (const Service least : {Service::kFailOpen, Service::kLastResort}) {
    order->Start(RingOfSlot(view, slot, unix_millis), slot);
    while (!IsDecided(view, *choice)) {
      const std::optional<size_t> index = order->Next();
      if (!index.has_value()) break;
      for (size_t f = 0; f < kFamilies; ++f) {
        if ((*choice)[f].service != Service::kNone) continue;
        const redis::Availability availability =
            AvailabilityOf(*view.groups[*index], f, *skip[f], unix_millis);
        if (availability.service() >= least) {
          (*choice)[f] = {least, *index, availability.addresses.set,
                          availability.addresses.withheld};
        }
      }
    }
  }
  if (view.weightless == nullptr) return;
  order->Start(*view.weightless, slot);
  while (!IsDecided(view, *choice)) {
    const std::optional<size_t> index = order->Next();
    if (!index.has_value()) break;
    const size_t group = view.ring->size() + *index;
    for (size_t f = 0; f < kFamilies; ++f) {
      if ((*choice)[f].service != Service::kNone) continue;
      const redis::Addresses addresses =
          AddressesOf(*view.groups[group], f, *skip[f], unix_millis);
      if (addresses.set == nullptr) continue;
      (*choice)[f] = {Service::kLastResort, group, addresses.set,
                      addresses.withheld};
    }
  }
}

// Calls the listener with each group of weight 0, in the order of the slot.
void VisitWeightless(const RingView& view, uint32_t slot, int64_t unix_millis,
                     const SkipLists& skip, hashing::RingOrder* order,
                     const VisitListener& listener) {
  if (view.weightless == nullptr) return;
  order->Start(*view.weightless, slot);
  while (const std::optional<size_t> index = order->Next()) {
    GroupVisit visit;
    visit.group = view.ring->size() + *index;
    const redis::GroupData& group = *view.groups[visit.group];
    visit.intent = IntentOf(group, unix_millis);
    for (size_t f = 0; f < kFamilies; ++f) {
      visit.data[f] = AddressesOf(group, f, *skip[f], unix_millis).data;
    }
    listener(visit);
  }
}

}  // namespace

GroupChoice ChooseGroups(const RingView& view, uint32_t slot,
                         int64_t unix_millis, const SkipLists& skip,
                         hashing::RingOrder* order,
                         const VisitListener* listener) {
  GroupChoice choice;
  const hashing::Ring& ring = RingOfSlot(view, slot, unix_millis);

  // Nearly always the slot's owner decides both families.
  if (listener == nullptr && ring.size() != 0) {
    const bool has_table = view.table != nullptr && &ring == view.ring.get();
    const std::optional<size_t> owner =
        has_table ? view.table->Owner(slot)
                  : std::optional<size_t>(ring.First(slot));
    if (owner.has_value()) {
      Visit(view, *owner, slot, unix_millis, skip, &choice);
    }
    if (IsDecided(view, choice)) return choice;
    choice = GroupChoice();
  }

  order->Start(ring, slot);
  while (listener != nullptr || !IsDecided(view, choice)) {
    const std::optional<size_t> index = order->Next();
    if (!index.has_value()) break;
    const GroupVisit visit =
        Visit(view, *index, slot, unix_millis, skip, &choice);
    if (listener != nullptr) (*listener)(visit);
  }
  if (listener != nullptr) {
    VisitWeightless(view, slot, unix_millis, skip, order, *listener);
  }
  if (!IsDecided(view, choice)) {
    FailOpen(view, slot, unix_millis, skip, order, &choice);
  }
  return choice;
}

hashing::RingState ServiceState(const RingView& view, int64_t unix_millis) {
  hashing::RingState state{view.ring, {}};
  if (view.earlier != nullptr) {
    state.earlier = view.earlier;
    state.progress = redis::CourseProgress(view.course, unix_millis);
  }
  for (size_t i = 0; i < view.ring->size(); ++i) {
    state.shares.push_back(AnsweredShare(*view.groups[i], unix_millis));
  }
  return state;
}

}  // namespace groupring::backend
