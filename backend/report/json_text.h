// How reports become JSON text.
#ifndef GROUPRING_BACKEND_REPORT_JSON_TEXT_H_
#define GROUPRING_BACKEND_REPORT_JSON_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "redis/model/address_set.h"

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

// Adds the array of the first `most` items. Where these are not all that there
// are, `total`, a field "<key>_total" behind it says how many there are.
template <typename Items, typename ToJson>
void AddList(const std::string& key, const Items& items, size_t total,
             size_t most, const ToJson& to_json, nlohmann::ordered_json* json) {
  auto array = nlohmann::ordered_json::array();
  for (const auto& item : items) {
    if (array.size() == most) break;
    array.push_back(to_json(item));
  }
  const size_t shown = array.size();
  (*json)[key] = std::move(array);
  if (shown < total) (*json)[key + "_total"] = total;
}

// The first `most` members, as AddList adds them; none for null.
void AddAddresses(const std::string& key, const redis::AddressSet* set,
                  size_t most, nlohmann::ordered_json* json);

// The text of {"version": 1, "<key>": […], …}, as JsonText writes it, made item
// by item: a tree takes ten times as much memory as its text.
class JsonListText {
 public:
  // More than `max_bytes` are not written, but for the first item.
  JsonListText(std::string_view key, size_t max_bytes);

  // false: there is no room for it.
  bool Add(const nlohmann::ordered_json& item);
  size_t size() const { return size_; }  // of the list

  // What has been written by now, which the rest follows.
  std::string Take();
  size_t bytes() const { return text_.size(); }  // of what was not taken

  // The text that is left, with these fields behind the list. Ends the object.
  std::string Finish(const nlohmann::ordered_json& fields);

 private:
  const size_t max_bytes_;
  size_t size_ = 0;
  std::string text_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_JSON_TEXT_H_
