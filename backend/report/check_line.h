// One line and one state for a monitoring system, as its plugins report
// (monitoring-plugins.org): what is wrong first. Pure.
#ifndef GROUPRING_BACKEND_REPORT_CHECK_LINE_H_
#define GROUPRING_BACKEND_REPORT_CHECK_LINE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "backend/report/node_report.h"
#include "backend/report/service_report.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

enum class PluginState { kOk, kWarning, kCritical, kUnknown };

struct PluginResult {
  PluginState state = PluginState::kOk;
  std::string text;
};

// 0, 1, 2, 3.
int ExitStatusOf(PluginState state);

// "GROUPRING STATUS WARNING - <text>" and a newline. `what` is the command.
// The text is made one line, of a length that plugins may have, without the
// "|" that begins their performance data.
std::string CheckLine(std::string_view what, const PluginResult& result);

// Problems are critical, warnings are warnings. The gravest come first; many
// are counted. `summary` follows, or stands alone when nothing is wrong.
PluginResult CheckFindings(const Diagnostics& findings,
                           const std::string& summary);

// Groups that an operator took out are named, and are nothing wrong.
PluginResult CheckService(const ServiceReport& report);
PluginResult CheckNodes(const NodesReport& report);

// A check that could not be made. Redis that cannot be reached is critical:
// nodes go on answering, but follow no change, and nobody knows how they are.
// Any other failure, such as settings or rights, is unknown: it says nothing
// about the service.
PluginResult CheckFailed(const absl::Status& status);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_CHECK_LINE_H_
