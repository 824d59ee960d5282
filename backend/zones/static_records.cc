#include "backend/zones/static_records.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "backend/zones/record_content.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 4;
constexpr int64_t kMaxTtl = 0x7fffffff;
// What a record can hold at all (RFC 1035, 3.2.1). Presentation format may take
// more, but no message has room for a record that does.
constexpr size_t kMaxContent = 65535;

// nlohmann's parser recurses into whatever it is given, so depth is bounded
// by a callback that throws the deep part away.
json ParseBounded(const std::string& text) {
  bool too_deep = false;
  json parsed = json::parse(
      text,
      [&](int depth, json::parse_event_t, json&) {
        if (depth > kMaxDepth) too_deep = true;
        return depth <= kMaxDepth;
      },
      /*allow_exceptions=*/false);
  if (too_deep) parsed = json(json::value_t::discarded);
  return parsed;
}

// The canonical absolute owner; "*" labels are allowed, as in any zone.
std::string OwnerOf(std::string_view name, std::string_view zone) {
  if (name.empty() || name == "@") return std::string(zone);
  const bool absolute = name.back() == '.';
  std::string owner = CanonicalName(name);
  if (absolute || zone.empty() || IsInZone(owner, zone)) return owner;
  return owner + "." + std::string(zone);
}

bool IsType(std::string_view type) {
  if (type.empty() || type.size() > 16) return false;
  for (const char c : type) {
    if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

// A control character could end a line of the pipe protocol.
bool IsPrintable(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return false;
  }
  return true;
}

// Why the entry cannot be served; empty when it can.
std::string ParseEntry(const json& entry, std::string_view zone,
                       uint32_t default_ttl_seconds, StaticRecord* record) {
  if (!entry.is_object()) return "is no object";
  for (const auto& [key, value] : entry.items()) {
    if (key != "name" && key != "type" && key != "content" && key != "ttl") {
      return absl::StrFormat("has %s; known are name, type, content, ttl",
                             redis::Quoted(key));
    }
    if (key != "ttl" && !value.is_string()) {
      return absl::StrFormat("has a \"%s\" that is no string", key);
    }
  }
  // Checked before it is joined, too: "x\" would escape the dot behind it.
  const std::string name = entry.value("name", std::string());
  record->owner = OwnerOf(name, zone);
  if (!IsValidName(CanonicalName(name)) || !IsValidName(record->owner)) {
    return "has a \"name\" that is no DNS name";
  }
  if (!IsInZone(record->owner, zone)) return "has a \"name\" outside the zone";

  record->type = entry.value("type", std::string());
  for (char& c : record->type) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (!IsType(record->type)) return "lacks a \"type\" such as \"TXT\"";
  if (record->type == "SOA") return "is a SOA, which CONFIG's SOA field gives";
  if (record->type == "ANY") return "has \"type\" ANY, which no record is of";

  record->content = entry.value("content", std::string());
  if (record->content.empty()) return "lacks a \"content\"";
  if (record->content.size() > kMaxContent) {
    return absl::StrFormat("has a \"content\" longer than %d bytes",
                           kMaxContent);
  }
  if (!IsPrintable(record->content)) {
    return "has a \"content\" with control characters";
  }
  absl::StatusOr<std::string> content =
      ReadableContent(record->type, record->content);
  if (!content.ok()) return std::string(content.status().message());
  record->content = *std::move(content);

  record->ttl_seconds = default_ttl_seconds;
  if (const auto ttl = entry.find("ttl"); ttl != entry.end()) {
    if (!ttl->is_number_integer() || ttl->get<int64_t>() < 0 ||
        ttl->get<int64_t>() > kMaxTtl) {
      return "has a \"ttl\" that is no number of seconds";
    }
    record->ttl_seconds = static_cast<uint32_t>(ttl->get<int64_t>());
  }
  return "";
}

}  // namespace

ParsedRecords ParseStaticRecords(const std::string& json_text,
                                 std::string_view zone,
                                 uint32_t default_ttl_seconds,
                                 std::vector<std::string>* complaints) {
  ParsedRecords result;
  if (json_text.empty()) return result;
  const json parsed = ParseBounded(json_text);
  if (!parsed.is_array()) {
    complaints->push_back(absl::StrFormat(
        "%s:CONFIG: RECORDS is no JSON array of records; what it held before "
        "is used instead, or else nothing",
        zone));
    result.is_array = false;
    return result;
  }
  for (size_t i = 0; i < parsed.size(); ++i) {
    StaticRecord record;
    const std::string why =
        ParseEntry(parsed[i], zone, default_ttl_seconds, &record);
    if (!why.empty()) {
      complaints->push_back(absl::StrFormat(
          "%s:CONFIG: entry %d of RECORDS %s; %s", zone, i + 1, why,
          record.type.empty() ? "left out"
                              : "left out, or the previous records of " +
                                    Printable(record.owner) + " " +
                                    Printable(record.type) + " stand in"));
      if (!record.type.empty()) {
        result.faulty.emplace(record.owner, record.type);
      }
      continue;
    }
    result.records.push_back(std::move(record));
  }
  return result;
}

std::string StaticRecordsJson(const std::vector<StaticRecord>& records) {
  json array = json::array();
  for (const StaticRecord& record : records) {
    array.push_back({{"name", record.owner + "."},
                     {"type", record.type},
                     {"content", record.content},
                     {"ttl", record.ttl_seconds}});
  }
  return array.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace groupring::backend
