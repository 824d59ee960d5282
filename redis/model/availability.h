// Whether a group can answer, for one family, at a time.
//
// Three facts are kept apart: what the operator wants (the admin state), how
// far a ramp has come (the kept share), and which addresses there are that are
// neither on a skip list nor withheld. This table, which is
// Availability::service, is the only place that combines them:
//
//   kept share  | addresses      last known good   withheld      nothing
//   ------------+--------------------------------------------------------
//   all or part | kInService     kFailOpen         kLastResort   kNone
//   nothing     | kLastResort    kLastResort       kLastResort   kNone
//
// A slot is answered by the first group in its order that is in service and
// keeps the slot. If there is none, fail-open takes the first group that is at
// least kFailOpen, or else the first that is at least kLastResort.
#ifndef GROUPRING_REDIS_MODEL_AVAILABILITY_H_
#define GROUPRING_REDIS_MODEL_AVAILABILITY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "redis/model/address_set.h"
#include "redis/model/dataset.h"
#include "redis/model/skip_list.h"
#include "redis/model/withheld.h"

namespace groupring::redis {

// What the operator wants of a group at a time.
struct Intent {
  AdminState admin = AdminState::kEnabled;  // enabled once `until` has passed
  // The part of its slots that the group keeps, in units of 2^-32: 0 when it is
  // disabled; falls linearly while draining and rises while filling.
  uint64_t kept_share = kWholeShare;

  // Out of service, or on the way there: a drain counts from its start.
  bool IsLeaving() const {
    return admin == AdminState::kDisabled || admin == AdminState::kDraining;
  }
  // Enabled, or completely filled.
  bool IsWhole() const { return !IsLeaving() && kept_share == kWholeShare; }

  bool operator==(const Intent&) const = default;
};

Intent IntentOfRamp(const GroupState& state, int64_t unix_millis);

inline Intent IntentOf(const GroupState& state, int64_t unix_millis) {
  if (state.state == AdminState::kEnabled) return {};
  return IntentOfRamp(state, unix_millis);
}

// The state of the group in force at a time: `local` until its end, else that
// of Redis.
inline const GroupState& StateAt(const GroupData& group, int64_t unix_millis) {
  const bool local =
      group.local != nullptr && unix_millis < group.local->until * 1000;
  return local ? *group.local : group.state;
}

// The part of all slots that goes by the new weights, in units of 2^-32; all of
// it without a course.
uint64_t CourseProgress(const WeightCourse& course, int64_t unix_millis);

// The part of its slots that a group has again after it was down.
uint64_t ReturnedShare(const ReturnRamp& ramp, int64_t unix_millis);

// The intent of the group's state, with the kept share limited by the ramp over
// which the group returns after it was down.
inline Intent IntentOf(const GroupData& group, int64_t unix_millis) {
  Intent intent = IntentOf(StateAt(group, unix_millis), unix_millis);
  if (group.returning.duration_millis != 0) {
    intent.kept_share = std::min(intent.kept_share,
                                 ReturnedShare(group.returning, unix_millis));
  }
  return intent;
}

enum class AddressData : uint8_t {
  kNothing,
  kWithheld,  // there are addresses, all of which are withheld
  kLastKnownGood,
  kPresent
};

// What a family can be answered from.
struct Addresses {
  AddressData data = AddressData::kNothing;
  const AddressSet* set = nullptr;  // null exactly when there is nothing
  // What must not be answered of the set, in addition to the name's skip list.
  // Null: nothing.
  const SkipList* withheld = nullptr;
};

bool LeavesAnyHost(const AddressSet& set, const Exclusions& excluded);

// Whether the set has an address that is not excluded.
inline bool IsUsable(const AddressSet& set, const Exclusions& excluded) {
  return excluded.empty() ? !set.empty() : LeavesAnyHost(set, excluded);
}

// The set in Redis if it is usable, else the last known good set if that is
// usable.
template <typename Data>
Addresses UsableOf(const Data& data, size_t family,
                   const Exclusions& excluded) {
  const AddressSet* current = data.addresses[family].get();
  if (IsUsable(*current, excluded)) return {AddressData::kPresent, current};
  const AddressSet* last_good = data.last_good[family].get();
  if (last_good != nullptr && IsUsable(*last_good, excluded)) {
    return {AddressData::kLastKnownGood, last_good};
  }
  return {};
}

// What a name with addresses of its own can answer from.
inline Addresses AddressesOf(const NameData& name, size_t family,
                             const SkipList& skip) {
  return UsableOf(name, family, skip);
}

// What a group that withholds some addresses can answer from.
Addresses AddressesNotWithheld(const GroupData& group, size_t family,
                               const SkipList& skip, int64_t unix_millis);

// What a group can answer from at a time.
inline Addresses AddressesOf(const GroupData& group, size_t family,
                             const SkipList& skip, int64_t unix_millis) {
  if (group.withheld[family] == nullptr) return UsableOf(group, family, skip);
  return AddressesNotWithheld(group, family, skip, unix_millis);
}

enum class Service : uint8_t { kNone, kLastResort, kFailOpen, kInService };

struct Availability {
  Intent intent;
  Addresses addresses;

  Service service() const {
    if (addresses.data == AddressData::kNothing) return Service::kNone;
    if (intent.kept_share == 0 || addresses.data == AddressData::kWithheld) {
      return Service::kLastResort;
    }
    return addresses.data == AddressData::kPresent ? Service::kInService
                                                   : Service::kFailOpen;
  }
};

inline Availability AvailabilityOf(const GroupData& group, size_t family,
                                   const SkipList& skip, int64_t unix_millis) {
  return {IntentOf(group, unix_millis),
          AddressesOf(group, family, skip, unix_millis)};
}

// The part of its slots that the group answers in at least one family,
// regardless of skip lists: the kept share, or 0 unless a set in Redis has an
// address that is not withheld.
uint64_t AnsweredShare(const GroupData& group, int64_t unix_millis);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_AVAILABILITY_H_
