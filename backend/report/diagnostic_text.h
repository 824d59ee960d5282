// Diagnostics for people and for programs.
#ifndef GROUPRING_BACKEND_REPORT_DIAGNOSTIC_TEXT_H_
#define GROUPRING_BACKEND_REPORT_DIAGNOSTIC_TEXT_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "redis/base/diagnostic.h"

namespace groupring::backend {

// One line for each, aligned, and its advice on the next; wrapped where lines
// are to have at most `width` columns (0: any).
std::string DiagnosticsText(const Diagnostics& diagnostics, size_t width = 0);

// {"findings": [{"level", "code", "about", "what", "advice"}, …]}, where the
// level is "ok", "warning", "problem" or, of what was not looked at,
// "unchecked".
std::string DiagnosticsJson(const Diagnostics& diagnostics);

// The array of DiagnosticsJson, for reports that it is a part of.
nlohmann::ordered_json DiagnosticsArray(const Diagnostics& diagnostics);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_DIAGNOSTIC_TEXT_H_
