// How every report becomes JSON text.
#ifndef GROUPRING_BACKEND_REPORT_JSON_TEXT_H_
#define GROUPRING_BACKEND_REPORT_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace groupring::backend {

// Of all reports: raised when a field changes its meaning or goes away, not
// when one is added.
inline constexpr int kReportVersion = 1;

// One object, indented, ending in a newline. Bytes from Redis that are not
// UTF-8 are replaced, and what would steer a terminal is escaped.
std::string JsonText(const nlohmann::ordered_json& json);

// The same on one line, for streams of objects.
std::string JsonLine(const nlohmann::ordered_json& json);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_JSON_TEXT_H_
