#include "backend/report/json_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
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

void AddAddresses(const std::string& key, const redis::AddressSet* set,
                  size_t most, nlohmann::ordered_json* json) {
  const std::vector<redis::AddressRange> none;
  const std::vector<redis::AddressRange>& members =
      set == nullptr ? none : set->members();
  AddList(
      key, members, members.size(), most,
      [](const redis::AddressRange& member) { return member.text; }, json);
}

JsonListText::JsonListText(std::string_view key, size_t max_bytes)
    : max_bytes_(max_bytes),
      text_(absl::StrFormat("{\n  \"version\": %d,\n  \"%s\": [",
                            kReportVersion, key)) {}

bool JsonListText::Add(const ordered_json& item) {
  std::string text = Dump(item, 2);
  text.pop_back();  // the newline
  // All others stand between fields: those within strings are escaped.
  text = absl::StrReplaceAll(text, {{"\n", "\n    "}});
  if (size_ > 0 && text_.size() + text.size() > max_bytes_) return false;
  text_ += size_ == 0 ? "\n    " : ",\n    ";
  text_ += text;
  ++size_;
  return true;
}

std::string JsonListText::Take() {
  std::string text;
  text.swap(text_);
  return text;
}

std::string JsonListText::Finish(const ordered_json& fields) {
  text_ += size_ == 0 ? "]" : "\n  ]";
  if (fields.empty()) {
    text_ += "\n}\n";
  } else {
    // Behind the brace.
    text_ += "," + Dump(fields, 2).substr(1);
  }
  return std::move(text_);
}

}  // namespace groupring::backend
