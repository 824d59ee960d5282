// `groupring:affinity`: lines of PREFIX LABEL.
#include "redis/schema/affinity.h"

#include <algorithm>
#include <string>

#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {

void FuzzAffinity(std::string_view bytes) {
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
  const auto entries = redis::ParseAffinity(raw, nullptr, &complaints);
  for (const redis::Complaint& complaint : complaints) {
    CheckLogLine(complaint.text);
  }
  if (entries == nullptr) return;
  Check(!entries->empty(), "without an entry there are none");
  Check(
      std::is_sorted(entries->begin(), entries->end(), &redis::AffinityBefore),
      "entries are in order");
  // What is in force can be written down, and says the same then.
  redis::RawValue written;
  written.kind = redis::RawValue::Kind::kValue;
  for (const redis::AffinityEntry& entry : *entries) {
    written.items.push_back(entry.text);
    written.items.push_back(redis::AffinityValue(entry.label));
  }
  redis::Complaints none;
  const auto again = redis::ParseAffinity(written, nullptr, &none);
  Check(none.empty(), "what was in force makes sense");
  Check(again != nullptr && *again == *entries, "what is written is read back");
  const auto same = redis::ParseAffinity(written, entries, &none);
  Check(same == entries, "nothing has changed then");
}

}  // namespace groupring::fuzz
