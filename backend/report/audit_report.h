// The audit: what was changed, when, by whom and why.
#ifndef GROUPRING_BACKEND_REPORT_AUDIT_REPORT_H_
#define GROUPRING_BACKEND_REPORT_AUDIT_REPORT_H_

#include <string>
#include <vector>

#include "backend/report/colour.h"
#include "redis/model/audit_entry.h"

namespace groupring::backend {

std::string AuditText(const std::vector<redis::AuditEntry>& entries,
                      Colours colours = Colours::kNone);
std::string AuditJson(const std::vector<redis::AuditEntry>& entries);

// One entry: a line for people, an object on one line for programs.
std::string AuditLine(const redis::AuditEntry& entry,
                      Colours colours = Colours::kNone);
std::string AuditJsonLine(const redis::AuditEntry& entry);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_AUDIT_REPORT_H_
