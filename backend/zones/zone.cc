#include "backend/zones/zone.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"
#include "backend/zones/static_records.h"
#include "redis/base/dns_name.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

// "ns1.example.org." of "NS1.example.org"; "." of the root.
std::string AbsoluteName(std::string_view name) {
  return CanonicalName(name) + ".";
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t at = 0;
  while (at < text.size()) {
    const size_t start = text.find_first_not_of(" \t", at);
    if (start == std::string_view::npos) break;
    size_t end = text.find_first_of(" \t", start);
    if (end == std::string_view::npos) end = text.size();
    words.push_back(text.substr(start, end - start));
    at = end;
  }
  return words;
}

bool IsUint32(std::string_view word) {
  if (word.empty() || word.size() > 10) return false;
  uint64_t value = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value <= 0xffffffffu;
}

// FNV-1a: PowerDNS keeps zone ids in a signed 32-bit number.
int64_t IdFromName(std::string_view name) {
  uint32_t hash = 2166136261u;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  }
  return static_cast<int64_t>(hash & 0x7fffffffu);
}

}  // namespace

std::string SoaContent(std::string_view text, std::string_view zone,
                       std::string_view first_ns, bool* well_formed) {
  // serial, refresh, retry, expire, minimum. The minimum is how long a
  // resolver remembers that a name does not exist.
  constexpr std::array<std::string_view, 5> kDefaults = {"1", "10800", "3600",
                                                         "604800", "60"};
  const std::vector<std::string_view> words = Words(text);
  *well_formed = words.size() == 7;

  const auto name_at = [&](size_t index, const std::string& fallback) {
    if (index < words.size()) {
      std::string name = CanonicalName(words[index]);
      if (IsValidName(name) && !IsUint32(name)) return name + ".";
    }
    *well_formed = false;
    return fallback;
  };
  const std::string at_zone =
      zone.empty() ? std::string(".") : std::string(zone) + ".";
  std::string content =
      name_at(0, first_ns.empty() ? at_zone : AbsoluteName(first_ns));
  content += ' ';
  content += name_at(1, zone.empty() ? "hostmaster." : "hostmaster." + at_zone);
  for (size_t i = 0; i < kDefaults.size(); ++i) {
    std::string_view number = kDefaults[i];
    if (i + 2 < words.size() && IsUint32(words[i + 2])) {
      number = words[i + 2];
    } else {
      *well_formed = false;
    }
    content += ' ';
    content += number;
  }
  return content;
}

Zone BuildZone(const redis::NameData& apex,
               std::vector<std::string>* complaints) {
  const redis::NameConfig& config = apex.config;
  Zone zone;
  zone.name = apex.name;
  zone.ttl_seconds = config.ttl_seconds;

  bool well_formed = false;
  zone.records.push_back(
      {zone.name, "SOA",
       SoaContent(config.soa, zone.name,
                  config.ns.empty() ? std::string_view() : config.ns[0],
                  &well_formed),
       zone.ttl_seconds});
  if (!well_formed) {
    complaints->push_back(absl::StrFormat(
        "%s:CONFIG: SOA is %s; expected \"<primary name server> <mailbox> "
        "<serial> <refresh> <retry> <expire> <minimum>\"; answering \"%s\"",
        zone.name, redis::Quoted(config.soa), zone.records[0].content));
  }

  for (const std::string& ns : config.ns) {
    const std::string name = CanonicalName(ns);
    if (name.empty() || !IsValidName(name)) {
      complaints->push_back(absl::StrFormat(
          "%s:CONFIG: NS holds %s; expected names of name servers "
          "separated by commas; left out",
          zone.name, redis::Quoted(ns)));
      continue;
    }
    zone.records.push_back({zone.name, "NS", name + ".", zone.ttl_seconds});
  }

  std::vector<StaticRecord> parsed = ParseStaticRecords(
      config.records_json, zone.name, zone.ttl_seconds, complaints);
  for (StaticRecord& record : parsed) {
    zone.records.push_back(std::move(record));
  }
  return zone;
}

void AssignZoneIds(std::vector<Zone*> zones) {
  std::sort(zones.begin(), zones.end(),
            [](const Zone* a, const Zone* b) { return a->name < b->name; });
  absl::flat_hash_set<int64_t> used = {0};
  for (Zone* zone : zones) {
    int64_t id = IdFromName(zone->name);
    while (!used.insert(id).second) id = (id + 1) & 0x7fffffff;
    zone->id = id;
  }
}

}  // namespace groupring::backend
