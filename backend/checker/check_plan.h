// What a checker probes: a function of the groups, their addresses, and how
// they are checked.
#ifndef GROUPRING_BACKEND_CHECKER_CHECK_PLAN_H_
#define GROUPRING_BACKEND_CHECKER_CHECK_PLAN_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backend/health/damping.h"
#include "redis/model/address.h"
#include "redis/model/address_set.h"
#include "redis/model/check.h"
#include "redis/model/health_data.h"

namespace groupring::backend {

using GroupAddresses =
    std::map<std::string, std::array<std::shared_ptr<const redis::AddressSet>,
                                     redis::kFamilies>>;

// A group's use of a probed address, which gets a verdict of its own.
struct CheckUse {
  std::string group;
  std::string address;  // as it is in the group's set
  DampingLimits limits;

  bool operator==(const CheckUse& other) const {
    return group == other.group && address == other.address &&
           limits.rise == other.limits.rise && limits.fall == other.limits.fall;
  }
};

// An address with one way to probe it, shared by all groups that want those
// probes.
struct PlannedCheck {
  redis::Family family = redis::Family::kA;
  redis::AddressBytes address{};
  std::string canonical;  // the address, as inet_ntop writes it
  // Has the fields that one probe needs, and INTERVAL; all other fields have
  // their defaults.
  redis::CheckSettings check;
  std::vector<CheckUse> uses;  // never empty

  bool has_heartbeat() const;
  // The time within which all probes for a verdict of down are made.
  std::chrono::milliseconds window() const;
};

// The key is different for checks that differ. Ranges, and groups whose CHECK
// is not known yet, are left out.
std::map<std::string, PlannedCheck> PlanChecks(const GroupAddresses& groups,
                                               const redis::HealthData& health);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECK_PLAN_H_
