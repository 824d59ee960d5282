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

// An address of a group that wants to know.
struct CheckUse {
  std::string group;
  std::string address;  // as it stands in the group's set
  DampingLimits limits;

  bool operator==(const CheckUse& other) const {
    return group == other.group && address == other.address &&
           limits.rise == other.limits.rise && limits.fall == other.limits.fall;
  }
};

// An address that is probed in one way, for all groups that want that.
struct PlannedCheck {
  redis::Family family = redis::Family::kA;
  redis::AddressBytes address{};
  std::string canonical;  // the address, as inet_ntop writes it
  // Only what one probe does, and INTERVAL; all else is as by default.
  redis::CheckSettings check;
  std::vector<CheckUse> uses;  // never empty

  bool has_heartbeat() const;
  // Within this time all probes that a verdict of down needs are done.
  std::chrono::milliseconds window() const;
};

// By what tells two checks apart. Groups whose CHECK is not known yet, and
// ranges, are left out.
std::map<std::string, PlannedCheck> PlanChecks(const GroupAddresses& groups,
                                               const redis::HealthData& health);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECK_PLAN_H_
