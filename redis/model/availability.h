// Whether a group can answer, for one family, at a time.
//
// Three facts are kept apart: what the operator wants (the admin state), how
// much of that a ramp has reached (the kept share), and which addresses there
// are that no skip list rules out. This table, which is Availability::service,
// is the only place that combines them:
//
//   kept share  | addresses      last known good   nothing
//   ------------+-----------------------------------------
//   all or part | kInService     kFailOpen         kNone
//   nothing     | kLastResort    kLastResort       kNone
//
// A slot is answered by the first group of its order that is in service and
// keeps the slot. When there is none, fail-open takes the first group that is
// at least kFailOpen, and when there is none of those, at least kLastResort.
#ifndef GROUPRING_REDIS_MODEL_AVAILABILITY_H_
#define GROUPRING_REDIS_MODEL_AVAILABILITY_H_

#include <cstddef>
#include <cstdint>

#include "redis/model/address_set.h"
#include "redis/model/dataset.h"
#include "redis/model/skip_list.h"

namespace groupring::redis {

// What the operator wants of a group at a time.
struct Intent {
  AdminState admin = AdminState::kEnabled;  // enabled once `until` has passed
  // The part of its slots that the group keeps, in units of 2^-32: 0 when
  // disabled; falls (draining) or rises (filling) linearly.
  uint64_t kept_share = kWholeShare;

  // Out of service, or on the way there: a drain counts from its start.
  bool IsLeaving() const {
    return admin == AdminState::kDisabled || admin == AdminState::kDraining;
  }
  // Enabled, or a fill that has come to its end.
  bool IsWhole() const { return !IsLeaving() && kept_share == kWholeShare; }

  bool operator==(const Intent&) const = default;
};

Intent IntentOfRamp(const GroupState& state, int64_t unix_millis);

inline Intent IntentOf(const GroupState& state, int64_t unix_millis) {
  if (state.state == AdminState::kEnabled) return {};
  return IntentOfRamp(state, unix_millis);
}

enum class AddressData : uint8_t { kNothing, kLastKnownGood, kPresent };

// What a family can be answered from.
struct Addresses {
  AddressData data = AddressData::kNothing;
  const AddressSet* set = nullptr;  // null exactly when there is nothing
};

bool LeavesAnyHost(const AddressSet& set, const SkipList& skip);

// Whether the set has an address that the list does not skip.
inline bool IsUsable(const AddressSet& set, const SkipList& skip) {
  return skip.empty() ? !set.empty() : LeavesAnyHost(set, skip);
}

// Those of a group, or of a name with addresses of its own: the set in Redis
// when it is usable, else the last known good one when that is.
template <typename Data>
Addresses AddressesOf(const Data& data, size_t family, const SkipList& skip) {
  const AddressSet* current = data.addresses[family].get();
  if (IsUsable(*current, skip)) return {AddressData::kPresent, current};
  const AddressSet* last_good = data.last_good[family].get();
  if (last_good != nullptr && IsUsable(*last_good, skip)) {
    return {AddressData::kLastKnownGood, last_good};
  }
  return {};
}

enum class Service : uint8_t { kNone, kLastResort, kFailOpen, kInService };

struct Availability {
  Intent intent;
  Addresses addresses;

  Service service() const {
    if (addresses.data == AddressData::kNothing) return Service::kNone;
    if (intent.kept_share == 0) return Service::kLastResort;
    return addresses.data == AddressData::kPresent ? Service::kInService
                                                   : Service::kFailOpen;
  }
};

inline Availability AvailabilityOf(const GroupData& group, size_t family,
                                   const SkipList& skip, int64_t unix_millis) {
  return {IntentOf(group.state, unix_millis), AddressesOf(group, family, skip)};
}

// The part of its slots that the group answers with an address of any family,
// whatever a name skips: the kept share, or 0 without addresses.
uint64_t AnsweredShare(const GroupData& group, int64_t unix_millis);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AVAILABILITY_H_
