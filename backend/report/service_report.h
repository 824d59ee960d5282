// The state of the whole service, from Redis and the nodes' heartbeats.
#ifndef GROUPRING_BACKEND_REPORT_SERVICE_REPORT_H_
#define GROUPRING_BACKEND_REPORT_SERVICE_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/report/colour.h"
#include "backend/report/group_report.h"
#include "backend/report/group_shares.h"
#include "backend/report/health_report.h"
#include "backend/report/node_report.h"
#include "backend/report/weight_course.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"
#include "redis/model/measured.h"

namespace groupring::backend {

struct ServiceGroup {
  GroupReport group;
  GroupShares shares;
};

struct ServiceReport {
  int64_t unix_millis = 0;  // as of then
  size_t zones = 0;
  size_t names = 0;  // dynamic ones
  std::vector<ServiceGroup> groups;
  NodesReport nodes;
  Diagnostics problems;
  std::vector<HealthTrouble> health_troubles = {};
  std::vector<RunningCourse> courses = {};  // of weights
};

// `problems`: of the data and of nodes. `measured` may be null.
ServiceReport ReportService(const Snapshot& snapshot, NodesReport nodes,
                            Diagnostics problems, int64_t unix_millis,
                            const redis::Measured* measured = nullptr);

// For people; begins with the groups that are out of service.
std::string ServiceText(const ServiceReport& report,
                        Colours colours = Colours::kNone);
// As many lines as a terminal has: `head`, then what is wrong, then as much of
// the rest as fits, groups and nodes in trouble first. What does not fit is
// counted on the last line. REQUIRES: `colours` has a width.
std::string ServiceScreen(const ServiceReport& report, const std::string& head,
                          Colours colours, size_t rows);
std::string ServiceJson(const ServiceReport& report);
std::string ServiceJsonLine(const ServiceReport& report);  // on one line

// What has changed, a sentence for each change. A ramp is mentioned at each
// tenth of it, weights that change over time when they begin and end to.
std::vector<std::string> ServiceNews(const ServiceReport& before,
                                     const ServiceReport& now);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_SERVICE_REPORT_H_
