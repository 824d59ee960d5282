#include "backend/zones/zone.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

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

// The words of a SOA as in a zone file: without parentheses, which only say
// that it goes on in the next line, and comments.
std::vector<std::string> SoaWords(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ';') {
      i = std::min(text.find('\n', i), text.size()) - 1;
      in_word = false;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' ||
               c == ')') {
      in_word = false;
    } else {
      if (!in_word) words.emplace_back();
      in_word = true;
      words.back() += c;
    }
  }
  return words;
}

// "first\.last.example.org" of "first.last@example.org".
std::string MailboxName(const std::string& word) {
  const size_t at = word.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == word.size()) return word;
  std::string name;
  for (const char c : word.substr(0, at)) {
    if (c == '.') name += '\\';
    name += c;
  }
  return name + "." + word.substr(at + 1);
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

std::optional<std::string> ParseSoa(std::string_view text) {
  constexpr size_t kFields = 7;
  const std::vector<std::string> words = SoaWords(text);
  if (words.size() != kFields) return std::nullopt;
  std::string content;
  for (size_t i = 0; i < kFields; ++i) {
    if (!content.empty()) content += ' ';
    if (i >= 2) {
      if (!IsUint32(words[i])) return std::nullopt;
      content += words[i];
      continue;
    }
    const std::string name =
        CanonicalName(i == 0 ? words[i] : MailboxName(words[i]));
    if (!IsValidName(name) || name.find('@') != std::string::npos ||
        IsUint32(name)) {
      return std::nullopt;
    }
    content += name + ".";
  }
  return content;
}

namespace {

// With sound timers. The last is how long a resolver remembers that a name does
// not exist.
std::string DefaultSoa(std::string_view zone, std::string_view first_ns) {
  const std::string apex =
      zone.empty() ? std::string(".") : std::string(zone) + ".";
  return (first_ns.empty() ? apex : AbsoluteName(first_ns)) + " " +
         (zone.empty() ? "hostmaster." : "hostmaster." + apex) +
         " 1 10800 3600 604800 60";
}

std::string SoaInForce(const redis::NameConfig& config, const Zone* before,
                       Zone* zone, std::vector<std::string>* complaints) {
  if (const auto content = ParseSoa(config.soa)) return *content;
  zone->of_before = before != nullptr;
  std::string content =
      before != nullptr
          ? before->records[0].content
          : DefaultSoa(zone->name, config.ns.empty() ? "" : config.ns[0]);
  complaints->push_back(absl::StrFormat(
      "%s:CONFIG: SOA is %s; expected \"<primary name server> <mailbox> "
      "<serial> <refresh> <retry> <expire> <minimum>\"; answering \"%s\"",
      zone->name, redis::Quoted(config.soa), content));
  return content;
}

// Of RECORDS alone.
std::vector<StaticRecord> RecordsOf(const Zone& zone) {
  return {
      zone.records.begin() + static_cast<std::ptrdiff_t>(zone.first_of_records),
      zone.records.end()};
}

void AddRecords(const redis::NameConfig& config, const Zone* before, Zone* zone,
                std::vector<std::string>* complaints) {
  ParsedRecords parsed = ParseStaticRecords(config.records_json, zone->name,
                                            zone->ttl_seconds, complaints);
  const std::vector<StaticRecord> old =
      before == nullptr ? std::vector<StaticRecord>() : RecordsOf(*before);
  if (!parsed.is_array) {
    zone->of_before = zone->of_before || !old.empty();
    zone->records.insert(zone->records.end(), old.begin(), old.end());
    return;
  }
  std::set<RecordSetName> kept;
  for (const StaticRecord& record : old) {
    RecordSetName set(record.owner, record.type);
    if (!parsed.faulty.contains(set)) continue;
    kept.insert(std::move(set));
    zone->records.push_back(record);
    zone->of_before = true;
  }
  for (StaticRecord& record : parsed.records) {
    if (kept.contains({record.owner, record.type})) continue;
    zone->records.push_back(std::move(record));
  }
}

// Such records are served as they are, although resolvers and PowerDNS may
// treat them in different ways.
void CheckCnames(const Zone& zone, std::vector<std::string>* complaints) {
  std::map<std::string, std::pair<int, int>> counts;  // CNAMEs, others
  for (const StaticRecord& record : zone.records) {
    auto& [cnames, others] = counts[record.owner];
    ++(record.type == "CNAME" ? cnames : others);
  }
  const auto complain = [&](const std::string& owner, const char* what) {
    complaints->push_back(absl::StrFormat("%s:CONFIG: RECORDS gives %s %s",
                                          zone.name, owner, what));
  };
  for (const auto& [owner, count] : counts) {
    const auto& [cnames, others] = count;
    if (cnames > 1) {
      complain(owner,
               "several CNAMEs; a name has one at most (RFC 2181, 10.1)");
    }
    if (cnames > 0 && owner == zone.name) {
      complain(owner,
               "a CNAME, but it is the apex of the zone, which has SOA and NS; "
               "write ALIAS or addresses instead");
    } else if (cnames > 0 && others > 0) {
      complain(owner,
               "a CNAME beside other records, which resolvers do not see; a "
               "CNAME stands alone (RFC 1034, 3.6.2)");
    }
  }
}

}  // namespace

Zone BuildZone(const redis::NameData& apex, const Zone* before,
               std::vector<std::string>* complaints) {
  const redis::NameConfig& config = apex.config;
  Zone zone;
  zone.name = apex.name;
  zone.ttl_seconds = config.ttl_seconds;
  zone.records.push_back({zone.name, "SOA",
                          SoaInForce(config, before, &zone, complaints),
                          zone.ttl_seconds});
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
  zone.first_of_records = zone.records.size();
  AddRecords(config, before, &zone, complaints);
  CheckCnames(zone, complaints);
  return zone;
}

uint32_t NegativeTtlSeconds(const Zone& zone) {
  const StaticRecord& soa = zone.records[0];
  // The last of its words, a number, by BuildZone.
  const int64_t minimum =
      redis::ParseWholeNumber(SoaWords(soa.content).back(), 0, 0xffffffff)
          .value_or(0);
  return std::min(soa.ttl_seconds, static_cast<uint32_t>(minimum));
}

redis::NameConfig ConfigInForce(const redis::NameConfig& config,
                                const Zone& zone) {
  redis::NameConfig in_force = config;
  if (!zone.of_before) return in_force;
  in_force.soa = zone.records[0].content;
  in_force.records_json = StaticRecordsJson(RecordsOf(zone));
  return in_force;
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
