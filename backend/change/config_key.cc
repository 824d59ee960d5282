#include "backend/change/config_key.h"

#include <memory>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/zones/static_records.h"
#include "backend/zones/zone.h"
#include "redis/base/printable.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/name_head.h"

namespace groupring::backend {
namespace {

using redis::AnswerMode;
using redis::ConfigField;

absl::Status Malformed(ConfigField field, const std::string& value,
                       std::string_view expected) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s=%s: expected %s", ToText(field), Printable(value), expected));
}

std::string Expected(ConfigField field) {
  switch (field) {
    case ConfigField::kSoa:
      return "MNAME RNAME SERIAL REFRESH RETRY EXPIRE MINIMUM, such as "
             "\"ns1.example.org hostmaster.example.org 1 10800 3600 604800 "
             "60\"";
    case ConfigField::kNs:
      return "names of servers with commas between them";
    case ConfigField::kTtl:
      return "seconds, 0 to 2147483647";
    case ConfigField::kAnswer:
      return absl::StrFormat(
          "%s, %s or %s", ToText(AnswerMode::kGroupConsistentHash),
          ToText(AnswerMode::kRandom), ToText(AnswerMode::kConsistentHash));
    case ConfigField::kAnswers:
      return "a number of addresses, 1 to 32";
    case ConfigField::kOnEmpty:
      return absl::StrFormat("%s, %s or %s", ToText(redis::OnEmpty::kFailOpen),
                             ToText(redis::OnEmpty::kServfail),
                             ToText(redis::OnEmpty::kNodata));
    case ConfigField::kPanic:
      return "a percentage of the name's weight, 0 to 100 (0: health is never "
             "ignored)";
    case ConfigField::kRecords:
      return "a JSON array of {\"name\": …, \"type\": …, \"content\": …, "
             "\"ttl\": …}";
    case ConfigField::kOther:
      break;
  }
  return "";
}

}  // namespace

absl::Status CheckConfig(ConfigField field, const std::string& value,
                         const redis::NameData& name) {
  if (value.empty()) return absl::OkStatus();
  redis::Complaints complaints;
  const redis::NameConfig parsed =
      ParseConfigValue(name, field, value, &complaints).config;
  bool well_formed = complaints.empty();
  if (field == ConfigField::kSoa) {
    well_formed = well_formed && ParseSoa(parsed.soa).has_value();
  } else if (field == ConfigField::kNs) {
    well_formed = well_formed && !parsed.ns.empty();
  } else if (field == ConfigField::kRecords) {
    std::vector<std::string> faults;
    ParseStaticRecords(parsed.records_json, name.name, parsed.ttl_seconds,
                       &faults);
    if (!faults.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s; expected %s", absl::StrJoin(faults, "; "), Expected(field)));
    }
  }
  return well_formed ? absl::OkStatus()
                     : Malformed(field, value, Expected(field));
}

std::string ConfigText(ConfigField field, const redis::NameData& name) {
  const redis::NameConfig& config = name.config;
  switch (field) {
    case ConfigField::kSoa:
      return config.soa;
    case ConfigField::kNs:
      return absl::StrJoin(config.ns, ",");
    case ConfigField::kTtl:
      return absl::StrFormat("%d", config.ttl_seconds);
    case ConfigField::kAnswer:
      return std::string(ToText(config.answer));
    case ConfigField::kAnswers:
      return absl::StrFormat("%d", config.answers);
    case ConfigField::kOnEmpty:
      return std::string(ToText(config.on_empty));
    case ConfigField::kPanic:
      return config.panic_percent ? absl::StrFormat("%d", *config.panic_percent)
                                  : "";
    case ConfigField::kRecords:
      return config.records_json;
    case ConfigField::kOther:
      break;
  }
  return "";
}

redis::NameData NameOrDefaults(const std::string& name,
                               const redis::Dataset& dataset) {
  const auto found = dataset.names.find(name);
  if (found != dataset.names.end()) return *found->second;
  redis::NameData data;
  data.name = name;
  data.groups = std::make_shared<redis::GroupList>();
  return data;
}

}  // namespace groupring::backend
