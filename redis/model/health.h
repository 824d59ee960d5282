// What name servers conclude from the verdicts of checkers.
//
// Conclude is a pure function of the data in Redis and of Redis' time, so all
// name servers conclude the same, including those that have just started. Its
// rules, in the order in which they are applied:
//
//   1. Checkers that were seen within kCheckerLifeMillis vote. If none was, all
//      checkers vote until STALE seconds after the last one was seen (kStale);
//      then nobody votes, and everything counts as up (kExpired). A checker
//      that doubts itself never votes.
//   2. An address is down when more than half of the voters that have a verdict
//      on it say `down`. Busy and draining are not down, nor is an address that
//      no voter has a verdict on. Ranges are not checked, and count as up.
//   3. A family of a group is below its minimum when fewer than MIN_UP of its
//      addresses are up, or, if it has no more than MIN_UP, not all of them.
//   4. Withheld are addresses that are down, and all addresses of a family that
//      is below its minimum. Nothing is withheld while MODE is `observe`, or
//      before PAUSED_UNTIL.
//   5. A group that was down fills again over RETURN seconds, from the moment
//      at which its first family had enough addresses again.
//   6. Panic: health is ignored for a list of groups (and the names on it with
//      the same PANIC) and a family if it would leave less than PANIC percent
//      of the weight of the groups that operators left in service and that have
//      addresses. A name's PANIC overrides the global one.
#ifndef GROUPRING_REDIS_MODEL_HEALTH_H_
#define GROUPRING_REDIS_MODEL_HEALTH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/model/address_set.h"
#include "redis/model/dataset.h"
#include "redis/model/health_data.h"

namespace groupring::redis {

// Checkers report every second.
inline constexpr int64_t kCheckerLifeMillis = 10'000;

enum class AddressHealth : uint8_t {
  kUnchecked,  // a range
  kUnknown,    // no voter has a verdict on it
  kUp,
  kBusy,
  kDraining,
  kDown,
};

struct AddressConclusion {
  AddressHealth health = AddressHealth::kUnknown;
  uint32_t down_votes = 0;
  uint32_t votes = 0;
  // Since when it has been down, or up again, in unix milliseconds; 0: it was
  // never down.
  int64_t since_unix_millis = 0;
  // The deciding checker's verdict: reason, text, certificate. Null: none.
  const AddressVerdict* verdict = nullptr;

  bool is_down() const { return health == AddressHealth::kDown; }
};

struct FamilyHealth {
  // One for each member of the set, in its order.
  std::vector<AddressConclusion> addresses;
  size_t up = 0;  // all that are not down
  bool below_minimum = false;
  // When it had enough addresses again; 0: it always had enough.
  int64_t returned_unix_millis = 0;
};

// The conclusion about a group that is checked. Keeps alive what it points to.
struct GroupHealth {
  std::array<FamilyHealth, kFamilies> families;
  bool acts = true;  // what is down is withheld
  // The ramp of RETURN; both 0: there is none.
  int64_t return_start_unix_millis = 0;
  int64_t return_millis = 0;

  // Whether the member of the set with this index must not be answered.
  bool Withholds(size_t family, size_t member) const {
    const FamilyHealth& of = families[family];
    return acts && (of.below_minimum || of.addresses[member].is_down());
  }
  bool WithholdsAny(size_t family) const;
  // Whether the family has addresses and all of them are withheld.
  bool WithholdsAll(size_t family) const;

  // The data that the conclusion was drawn from.
  struct Inputs {
    std::array<std::shared_ptr<const AddressSet>, kFamilies> sets;
    std::shared_ptr<const GroupVerdicts> verdicts;
    std::vector<std::string> voters;
    bool acts = true;

    bool operator==(const Inputs&) const = default;
  };
  Inputs inputs;
};

enum class HealthSource : uint8_t {
  kNothingChecked,  // no group has PROBES
  kNoChecker,       // some groups have, but there never was a checker
  kLive,
  kStale,    // no checker lives, and the last verdicts count
  kExpired,  // no checker has lived for STALE seconds: nothing counts
};

// The names that panic together: those on the same groups with the same PANIC
// of their own.
struct PanicScope {
  const GroupList* groups = nullptr;
  std::optional<uint32_t> percent;  // NameConfig::panic_percent

  bool operator==(const PanicScope&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const PanicScope& scope) {
    return H::combine(std::move(state), scope.groups, scope.percent);
  }
};

inline PanicScope PanicScopeOf(const NameData& name) {
  return {name.groups.get(), name.config.panic_percent};
}

struct HealthConclusions {
  HealthSource source = HealthSource::kNothingChecked;
  int64_t last_checker_unix_millis = 0;  // the newest sign of life; 0: none
  // The groups that are checked.
  absl::flat_hash_map<std::string, std::shared_ptr<const GroupHealth>> groups;
  // Where health is ignored, by family.
  absl::flat_hash_map<PanicScope, std::array<bool, kFamilies>> panic;
};

// Applies the rules above. `before` is the previous result; unchanged groups
// are shared with it.
HealthConclusions Conclude(const Dataset& dataset, const HealthData& data,
                           int64_t unix_millis,
                           const HealthConclusions& before);

// Whether both have the same effect on answers.
bool SameEffect(const HealthConclusions& a, const HealthConclusions& b);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_HEALTH_H_
