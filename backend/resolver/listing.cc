#include "backend/resolver/listing.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/resolver/resolver.h"
#include "backend/snapshot/name_order.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

// "Narrow": what does not exist is proved by a record made for the question,
// and not by a chain of all names, which PowerDNS would have to ask for (RFC
// 5155, RFC 7129, appendix B). No salt and no iterations: RFC 9276.
constexpr std::pair<std::string_view, std::string_view> kSigning[] = {
    {"NSEC3PARAM", "1 0 0 -"}, {"NSEC3NARROW", "1"}};

constexpr uint8_t kSampleScope = 24;  // as for every dynamic answer, not 0

using Owners = std::vector<const Owner*>;

// In a stable order, so that two listings of a zone can be compared.
void Sort(Owners* owners) {
  std::sort(owners->begin(), owners->end(),
            [&](const Owner* a, const Owner* b) {
              if (a->is_apex != b->is_apex) return a->is_apex;
              return a->name < b->name;
            });
}

Owners OwnersOf(const Snapshot& snapshot, const Zone& zone) {
  Owners owners;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->zone == &zone) owners.push_back(owner.get());
  }
  Sort(&owners);
  return owners;
}

void AppendOwner(const Snapshot& snapshot, const Owner& owner,
                 int64_t unix_millis, Reply* reply) {
  for (const StaticRecord* record : owner.records) {
    reply->records.push_back({owner.name, record->type, record->content,
                              record->ttl_seconds, 0,
                              IsOurs(owner, record->type)});
  }
  if (owner.dynamic != nullptr) {
    const size_t first = reply->records.size();
    AppendSample(snapshot, *owner.dynamic, kSampleScope, owner.name,
                 unix_millis, reply);
    for (size_t i = first; i < reply->records.size(); ++i) {
      reply->records[i].auth = owner.authority == Authority::kOurs;
    }
  }
}

// "ftp" of "ftp.example.org"; "" of the apex.
std::string_view Relative(std::string_view name, const Zone& zone) {
  if (zone.name.empty()) return name;
  if (name == zone.name) return {};
  return name.substr(0, name.size() - zone.name.size() - 1);
}

}  // namespace

void ListZone(const Snapshot& snapshot, const Request& request,
              int64_t unix_millis, Reply* reply, size_t most_records) {
  const Zone* zone = request.zone.empty()
                         ? snapshot.FindZoneById(request.zone_id)
                         : snapshot.FindZone(CanonicalName(request.zone));
  if (zone == nullptr) {
    reply->kind = Reply::Kind::kFalse;
    return;
  }
  reply->kind = Reply::Kind::kRecords;
  reply->domain_id = zone->id;
  for (const Owner* owner : OwnersOf(snapshot, *zone)) {
    AppendOwner(snapshot, *owner, unix_millis, reply);
    if (reply->records.size() <= most_records) continue;
    reply->Clear();
    reply->error = absl::StrFormat(
        "the zone %s has more than %d records, which is too many to list",
        Printable(zone->name), most_records);
    return;
  }
}

void SearchRecords(const Snapshot& snapshot, const Request& request,
                   int64_t unix_millis, Reply* reply) {
  reply->kind = Reply::Kind::kRecords;
  const size_t limit =
      request.limit < 0
          ? 0
          : std::min(static_cast<size_t>(request.limit), kMostRecords);
  // One look at all owners serves all zones, however many there are.
  std::unordered_map<const Zone*, Owners> owners_of;
  for (const auto& [name, owner] : *snapshot.owners) {
    owners_of[owner->zone].push_back(owner.get());
  }
  for (const auto& zone : snapshot.zones) {
    reply->domain_id = zone->id;
    Owners& owners = owners_of[zone.get()];
    Sort(&owners);
    for (const Owner* owner : owners) {
      const size_t before = reply->records.size();
      AppendOwner(snapshot, *owner, unix_millis, reply);
      const auto first =
          reply->records.begin() + static_cast<ptrdiff_t>(before);
      reply->records.erase(
          std::remove_if(first, reply->records.end(),
                         [&](const Record& record) {
                           return !MatchesPattern(request.text, record.qname) &&
                                  !MatchesPattern(request.text, record.content);
                         }),
          reply->records.end());
      if (reply->records.size() >= limit) {
        reply->records.resize(limit);
        return;
      }
    }
  }
}

void ListDomains(const Snapshot& snapshot, Reply* reply) {
  reply->kind = Reply::Kind::kDomains;
  for (const auto& zone : snapshot.zones) {
    reply->domains.push_back({zone->id, zone->name});
  }
}

void DescribeDomain(const Snapshot& snapshot, const Request& request,
                    Reply* reply) {
  const Zone* zone = snapshot.FindZone(CanonicalName(request.zone));
  if (zone == nullptr) {
    reply->kind = Reply::Kind::kFalse;
    return;
  }
  reply->kind = Reply::Kind::kDomain;
  reply->domains.push_back({zone->id, zone->name, snapshot.serial});
}

void DescribeNeighbours(const Snapshot& snapshot, const Request& request,
                        Reply* reply) {
  const Zone* const zone = snapshot.FindZoneById(request.zone_id);
  if (zone == nullptr) {
    reply->kind = Reply::Kind::kFalse;
    return;
  }
  std::string name = CanonicalName(request.qname);
  if (name.empty() || zone->name.empty()) {
    name += zone->name;
  } else {
    name += "." + zone->name;
  }
  const auto [before, after] = snapshot.order->Around(snapshot, *zone, name);
  reply->kind = Reply::Kind::kNeighbours;
  reply->before = Relative(before, *zone);
  reply->after = Relative(after, *zone);
}

void DescribeMetadata(const Snapshot& snapshot, const Request& request,
                      Reply* reply) {
  const bool all = request.method == Method::kGetAllDomainMetadata;
  reply->kind = all ? Reply::Kind::kMetadata : Reply::Kind::kValues;
  if (snapshot.FindZone(CanonicalName(request.zone)) == nullptr) return;
  for (const auto& [kind, value] : kSigning) {
    if (all || request.kind == kind) reply->metadata.emplace_back(kind, value);
  }
}

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  // Each star takes as little as it can; after a mismatch the last one takes a
  // character more.
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' ||
                ToLowerAscii(pattern[p]) == ToLowerAscii(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace groupring::backend
