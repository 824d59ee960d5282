#include "backend/checker/check_plan.h"

#include <algorithm>

#include "redis/schema/check.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::CheckField;
using redis::CheckSettings;

constexpr CheckField kProbeFields[] = {
    CheckField::kProbes,       CheckField::kInterval,
    CheckField::kTimeout,      CheckField::kPassive,
    CheckField::kPassivePorts, CheckField::kPassiveAddresses,
    CheckField::kLogin,        CheckField::kTlsName,
    CheckField::kTlsVerify,    CheckField::kCertDays,
    CheckField::kProxy,        CheckField::kStatus};

// All that differs between probes.
std::string KeyOf(const CheckSettings& check) {
  std::string key;
  for (const CheckField field : kProbeFields) {
    key += redis::CheckFieldText(field, check);
    key += '\n';
  }
  return key;
}

CheckSettings ProbePartOf(const CheckSettings& check) {
  CheckSettings part = check;
  const CheckSettings defaults;
  part.rise = defaults.rise;
  part.fall = defaults.fall;
  part.min_up = defaults.min_up;
  part.return_time = defaults.return_time;
  part.mode = defaults.mode;
  part.paused_until = defaults.paused_until;
  part.panic_percent = defaults.panic_percent;
  part.stale = defaults.stale;
  return part;
}

}  // namespace

bool PlannedCheck::has_heartbeat() const {
  return std::any_of(check.probes.begin(), check.probes.end(),
                     [](const redis::ProbeSpec& probe) {
                       return probe.kind == redis::ProbeKind::kHeartbeat;
                     });
}

std::chrono::milliseconds PlannedCheck::window() const {
  uint32_t fall = 1;
  for (const CheckUse& use : uses) fall = std::max(fall, use.limits.fall);
  return check.interval * fall + check.timeout;
}

std::map<std::string, PlannedCheck> PlanChecks(
    const GroupAddresses& groups, const redis::HealthData& health) {
  std::map<std::string, PlannedCheck> plan;
  for (const auto& [group, sets] : groups) {
    const auto found = health.groups.find(group);
    if (found == health.groups.end() || found->second->check == nullptr) {
      continue;
    }
    const CheckSettings& check = *found->second->check;
    if (check.probes.empty()) continue;
    const std::string check_key = KeyOf(check);
    for (const auto& set : sets) {
      if (set == nullptr) continue;
      for (const redis::AddressRange& member : set->members()) {
        if (!member.is_single()) continue;
        PlannedCheck& planned = plan[member.canonical + '\n' + check_key];
        if (planned.uses.empty()) {
          planned.family = member.family;
          planned.address = member.first;
          planned.canonical = member.canonical;
          planned.check = ProbePartOf(check);
        }
        planned.uses.push_back({group, member.text, {check.rise, check.fall}});
      }
    }
  }
  return plan;
}

}  // namespace groupring::backend
