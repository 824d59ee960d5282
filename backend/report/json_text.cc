#include "backend/report/json_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/strings/str_format.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

// JSON need not escape DEL, C1 and the like, and nlohmann does not; they occur
// within strings only. `json` is well-formed UTF-8.
std::string WithoutControls(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  while (!json.empty()) {
    const bool ascii = static_cast<uint8_t>(json[0]) < 0x80;
    const size_t size = ascii ? 1 : std::max<size_t>(MultibyteSize(json), 1);
    const std::string_view character = json.substr(0, size);
    if (json[0] != '\n' && IsControlCharacter(character)) {
      text += absl::StrFormat("\\u%04x", CodePoint(character));
    } else {
      text += character;
    }
    json.remove_prefix(size);
  }
  return text;
}

std::string Dump(const ordered_json& json, int indent) {
  return WithoutControls(json.dump(indent, ' ', false,
                                   ordered_json::error_handler_t::replace)) +
         "\n";
}

}  // namespace

std::string JsonText(const ordered_json& json) { return Dump(json, 2); }

std::string JsonLine(const ordered_json& json) { return Dump(json, -1); }

ordered_json Versioned(const ordered_json& fields) {
  ordered_json json = {{"version", kReportVersion}};
  json.update(fields);
  return json;
}

}  // namespace groupring::backend
