// Whether what is checked is really checked, and what the checkers found that
// nobody is told otherwise.
#ifndef GROUPRING_BACKEND_DOCTOR_HEALTH_CHECKS_H_
#define GROUPRING_BACKEND_DOCTOR_HEALTH_CHECKS_H_

#include <string_view>

#include "backend/report/health_report.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// Nothing where no group has PROBES. `version` is that of this program.
Diagnostics CheckHealth(const HealthView& view, std::string_view version);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_HEALTH_CHECKS_H_
