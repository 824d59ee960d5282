// How reports become JSON text.
#ifndef GROUPRING_BACKEND_REPORT_JSON_TEXT_H_
#define GROUPRING_BACKEND_REPORT_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace groupring::backend {

// The version of all reports. It is raised when a field changes its meaning or
// goes away, not when one is added.
inline constexpr int kReportVersion = 1;

// One object, indented, ending in a newline. Bytes that are not UTF-8 are
// replaced, and control characters for terminals are escaped.
std::string JsonText(const nlohmann::ordered_json& json);

// As JsonText, but on one line, for streams of objects.
std::string JsonLine(const nlohmann::ordered_json& json);

// The fields of a report behind its "version".
nlohmann::ordered_json Versioned(const nlohmann::ordered_json& fields);

// The array of what `to_json` makes of each item.
template <typename Items, typename ToJson>
nlohmann::ordered_json JsonArray(const Items& items, const ToJson& to_json) {
  auto array = nlohmann::ordered_json::array();
  for (const auto& item : items) array.push_back(to_json(item));
  return array;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_JSON_TEXT_H_
