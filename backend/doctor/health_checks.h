// Whether checkers do check the groups that have PROBES, and findings of
// checkers that no other check reports.
#ifndef GROUPRING_BACKEND_DOCTOR_HEALTH_CHECKS_H_
#define GROUPRING_BACKEND_DOCTOR_HEALTH_CHECKS_H_

#include <string_view>

#include "backend/report/health_report.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// Empty if no group has PROBES. `version`: this program's version.
Diagnostics CheckHealth(const HealthView& view, std::string_view version);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_HEALTH_CHECKS_H_
