#include "backend/control/config_key.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/name_report.h"
#include "backend/report/table.h"
#include "backend/zones/static_records.h"
#include "backend/zones/zone.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/name_head.h"

namespace groupring::backend {
namespace {

using redis::AnswerMode;

constexpr size_t kShownValue = 60;

absl::Status Malformed(const std::string& key, std::string_view value,
                       std::string_view expected) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s=%s: expected %s", key, Printable(std::string(value)), expected));
}

std::string Expected(const std::string& key) {
  if (key == "NS") return "names of servers with commas between them";
  if (key == "TTL") return "seconds, 0 to 2147483647";
  if (key == "ANSWER") {
    return absl::StrFormat(
        "%s, %s or %s", ToText(AnswerMode::kGroupConsistentHash),
        ToText(AnswerMode::kRandom), ToText(AnswerMode::kConsistentHash));
  }
  if (key == "ANSWERS") return "a number of addresses, 1 to 32";
  if (key == "ON_EMPTY") {
    return absl::StrFormat("%s or %s", ToText(redis::OnEmpty::kFailOpen),
                           ToText(redis::OnEmpty::kServfail));
  }
  if (key == "RECORDS") {
    return "a JSON array of {\"name\": …, \"type\": …, \"content\": …, "
           "\"ttl\": …}";
  }
  return "MNAME RNAME SERIAL REFRESH RETRY EXPIRE MINIMUM, such as "
         "\"ns1.example.org hostmaster.example.org 1 10800 3600 604800 60\"";
}

// The config as the schema reads it from this one field.
redis::NameConfig Parse(const std::string& key, std::string_view value,
                        const redis::NameData& name,
                        redis::Complaints* complaints) {
  redis::RawNameHead raw;
  if (!value.empty()) {
    raw.config.kind = redis::RawValue::Kind::kValue;
    raw.config.items = {key, std::string(value)};
  }
  if (!name.groups->empty()) {
    raw.groups.kind = redis::RawValue::Kind::kValue;
    raw.groups.items = {name.groups->front().name};
  }
  return redis::ParseNameHead(name.name, raw, nullptr, false, complaints)
      .config;
}

}  // namespace

const std::vector<std::string>& ConfigKeys() {
  static const std::vector<std::string> keys = {
      "SOA", "NS", "TTL", "ANSWER", "ANSWERS", "ON_EMPTY", "RECORDS"};
  return keys;
}

absl::Status AssignConfig(const std::string& key, std::string_view value,
                          redis::NameData* name) {
  redis::Complaints complaints;
  const redis::NameConfig parsed = Parse(key, value, *name, &complaints);
  bool well_formed = complaints.empty();
  redis::NameConfig& config = name->config;
  if (key == "SOA") {
    if (parsed.is_zone) {
      SoaContent(parsed.soa, name->name, "", &well_formed);
    }
    config.is_zone = parsed.is_zone;
    config.soa = parsed.soa;
  } else if (key == "NS") {
    well_formed = well_formed && (value.empty() || !parsed.ns.empty());
    config.ns = parsed.ns;
  } else if (key == "TTL") {
    config.ttl_seconds = parsed.ttl_seconds;
  } else if (key == "ANSWER") {
    config.answer = parsed.answer;
  } else if (key == "ANSWERS") {
    config.answers = parsed.answers;
  } else if (key == "ON_EMPTY") {
    config.on_empty = parsed.on_empty;
  } else {
    std::vector<std::string> faults;
    if (!parsed.records_json.empty()) {
      ParseStaticRecords(parsed.records_json, name->name, parsed.ttl_seconds,
                         &faults);
    }
    if (!faults.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s; expected %s", absl::StrJoin(faults, "; "), Expected(key)));
    }
    config.records_json = parsed.records_json;
  }
  return well_formed ? absl::OkStatus() : Malformed(key, value, Expected(key));
}

std::string ConfigWords(const std::string& key, const redis::NameData& name) {
  const redis::NameConfig& config = name.config;
  std::string value;
  if (key == "SOA") value = config.soa;
  if (key == "NS") value = absl::StrJoin(config.ns, ",");
  if (key == "TTL") value = absl::StrFormat("%d", config.ttl_seconds);
  if (key == "ANSWER") value = ToText(config.answer);
  if (key == "ANSWERS") value = absl::StrFormat("%d", config.answers);
  if (key == "ON_EMPTY") value = ToText(config.on_empty);
  if (key == "RECORDS") value = config.records_json;
  if (value.empty()) return key + " unset";
  if (value.size() > kShownValue) {
    value = value.substr(0, kShownValue) + "…";
  }
  return key + "=" + Printable(value);
}

}  // namespace groupring::backend
