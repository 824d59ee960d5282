#include "backend/report/audit_report.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

std::string Change(const redis::AuditEntry& entry) {
  return entry.before + " -> " + entry.after + (entry.forced ? " FORCED" : "");
}

Tone ToneOf(const redis::AuditEntry& entry) {
  using redis::ChangeKind;
  if (entry.forced) return Tone::kOut;
  const auto kind = redis::Parse<ChangeKind>(entry.what);
  if (kind == ChangeKind::kGroupEnable) return Tone::kInService;
  if (kind == ChangeKind::kGroupDisable) return Tone::kOut;
  if (kind == ChangeKind::kGroupDrain) return Tone::kDraining;
  if (kind == ChangeKind::kGroupFill) return Tone::kFilling;
  return Tone::kPlain;
}

ordered_json ToJson(const redis::AuditEntry& entry) {
  return {{"id", entry.id},         {"time", entry.unix_millis / 1000},
          {"who", entry.who},       {"what", entry.what},
          {"target", entry.target}, {"before", entry.before},
          {"after", entry.after},   {"reason", entry.reason},
          {"forced", entry.forced}, {"generation", entry.generation}};
}

}  // namespace

std::string AuditText(const std::vector<redis::AuditEntry>& entries,
                      Colours colours) {
  if (entries.empty()) return "nothing has been changed with groupring yet\n";
  Table table({"TIME", "WHO", "WHAT", "TARGET", "WHY", "CHANGE"});
  for (const redis::AuditEntry& entry : entries) {
    table.Add({UtcTime(entry.unix_millis / 1000),
               entry.who,
               entry.what,
               entry.target,
               entry.reason,
               {Change(entry), ToneOf(entry)}});
  }
  return table.Text(0, colours);
}

std::string AuditJson(const std::vector<redis::AuditEntry>& entries) {
  return JsonText(Versioned({{"entries", JsonArray(entries, ToJson)}}));
}

std::string AuditLine(const redis::AuditEntry& entry, Colours colours) {
  const std::string lead =
      absl::StrFormat("%s %s: %s %s: ", UtcTime(entry.unix_millis / 1000),
                      entry.who, entry.what, entry.target);
  const std::string reason =
      entry.reason.empty() ? "" : " (\"" + entry.reason + "\")";
  return Printable(lead) +
         Painted(Printable(Change(entry)), ToneOf(entry), colours) +
         Printable(reason) + "\n";
}

std::string AuditJsonLine(const redis::AuditEntry& entry) {
  return JsonLine(Versioned(ToJson(entry)));
}

}  // namespace groupring::backend
