// `<group>:CHECK`: lines of FIELD VALUE, below `groupring:check` of the same.
#include <algorithm>
#include <string>

#include "redis/schema/check.h"
#include "redis/schema/enum_names.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {

void FuzzCheckSettings(std::string_view bytes) {
  redis::RawValue raw;
  raw.kind = redis::RawValue::Kind::kValue;
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
    const size_t space = std::min(line.size(), line.find(' '));
    raw.items.emplace_back(line.substr(0, space));
    raw.items.emplace_back(line.substr(std::min(line.size(), space + 1)));
  }
  redis::Complaints complaints;
  const redis::CheckSettings settings = redis::ParseCheck(
      "g:CHECK", raw, redis::CheckSettings(), nullptr, &complaints);
  for (const redis::Complaint& complaint : complaints) {
    CheckLogLine(complaint.text);
  }
  // What is in force can be written down, and says the same then.
  redis::RawValue written;
  written.kind = redis::RawValue::Kind::kValue;
  for (int i = 0; i <= static_cast<int>(redis::CheckField::kStale); ++i) {
    const auto field = static_cast<redis::CheckField>(i);
    written.items.emplace_back(redis::ToText(field));
    written.items.push_back(redis::CheckFieldText(field, settings));
  }
  redis::Complaints none;
  const redis::CheckSettings again = redis::ParseCheck(
      "g:CHECK", written, redis::CheckSettings(), nullptr, &none);
  Check(none.empty(), "what was in force makes sense");
  Check(again == settings, "what is written is read back");
}

}  // namespace groupring::fuzz
