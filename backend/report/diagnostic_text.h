// Diagnostics for people and for programs.
#ifndef GROUPRING_BACKEND_REPORT_DIAGNOSTIC_TEXT_H_
#define GROUPRING_BACKEND_REPORT_DIAGNOSTIC_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "redis/base/diagnostic.h"

namespace groupring::backend {

// One line for each, aligned, and its advice on the next.
std::string DiagnosticsText(const Diagnostics& diagnostics);

// {"findings": [{"level", "code", "about", "what", "advice"}, …]}, where the
// level is "ok", "warning" or "problem".
std::string DiagnosticsJson(const Diagnostics& diagnostics);

// The array of DiagnosticsJson, for reports that it is a part of.
nlohmann::ordered_json DiagnosticsArray(const Diagnostics& diagnostics);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_DIAGNOSTIC_TEXT_H_
