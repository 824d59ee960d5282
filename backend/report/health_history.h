// What checkers found new, as they wrote it down.
#ifndef GROUPRING_BACKEND_REPORT_HEALTH_HISTORY_H_
#define GROUPRING_BACKEND_REPORT_HEALTH_HISTORY_H_

#include <string>
#include <vector>

#include "backend/report/colour.h"
#include "redis/model/health_event.h"

namespace groupring::backend {

std::string HealthHistoryText(const std::string& group,
                              const std::vector<redis::HealthEvent>& events,
                              Colours colours);
std::string HealthHistoryJson(const std::string& group,
                              const std::vector<redis::HealthEvent>& events);

// One event as a line.
std::string HealthEventLine(const redis::HealthEvent& event, Colours colours);
std::string HealthEventJsonLine(const redis::HealthEvent& event);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_HEALTH_HISTORY_H_
