#include "backend/snapshot/owner_index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/dns_name.h"

namespace groupring::backend {
namespace {

using Zones = std::vector<std::shared_ptr<const Zone>>;
using MutableOwners = NameMap<std::shared_ptr<Owner>>;

std::shared_ptr<const Zone> FindZone(const Zones& zones,
                                     std::string_view name) {
  const auto it = std::lower_bound(
      zones.begin(), zones.end(), name,
      [](const auto& zone, std::string_view n) { return zone->name < n; });
  return it != zones.end() && (*it)->name == name ? *it : nullptr;
}

Owner& OwnerAt(std::string_view name, const std::shared_ptr<const Zone>& zone,
               MutableOwners* owners) {
  std::shared_ptr<Owner>& owner = (*owners)[std::string(name)];
  if (owner == nullptr) {
    owner = std::make_shared<Owner>();
    owner->name = std::string(name);
    owner->zone = zone;
  }
  return *owner;
}

// RFC 8020: a name exists when one below it does. Without a zone here the apex
// is in another backend of PowerDNS, which answers it and what is above it.
void AddEmptyNonTerminals(std::string_view name,
                          const std::shared_ptr<const Zone>& zone,
                          MutableOwners* owners) {
  while (zone == nullptr || name != zone->name) {
    name = ParentOf(name);
    if (name.empty() || owners->contains(name)) return;
    OwnerAt(name, zone, owners);
  }
}

bool HasAddress(const Owner& owner) {
  return owner.dynamic != nullptr ||
         std::any_of(owner.records.begin(), owner.records.end(),
                     [](const StaticRecord* record) {
                       return record->type == "A" || record->type == "AAAA" ||
                              record->type == "ALIAS" || record->type == "LUA";
                     });
}

// A name server that only this zone could give an address, and does not.
void CheckNameServers(const std::shared_ptr<const Zone>& zone,
                      const Zones& zones, const MutableOwners& owners,
                      std::vector<std::string>* shortcomings) {
  for (const StaticRecord& record : zone->records) {
    if (record.type != "NS" || record.owner != zone->name) continue;
    const std::string server = CanonicalName(record.content);
    if (EnclosingZone(zones, server) != zone) continue;
    const auto found = owners.find(server);
    if (found != owners.end() && HasAddress(*found->second)) continue;
    shortcomings->push_back(absl::StrFormat(
        "%s:CONFIG: the name server %s lies in the zone and has no address "
        "there; add an A or AAAA of it to RECORDS",
        zone->name, server));
  }
}

bool IsDisplaced(const StaticRecord& record) {
  return record.type == "A" || record.type == "AAAA" || record.type == "CNAME";
}

}  // namespace

std::shared_ptr<const Zone> EnclosingZone(const Zones& zones,
                                          std::string_view name) {
  for (;;) {
    if (auto zone = FindZone(zones, name)) return zone;
    if (name.empty()) return nullptr;
    name = ParentOf(name);
  }
}

std::shared_ptr<const OwnerMap> BuildOwners(
    const Zones& zones,
    const std::vector<std::shared_ptr<const DynamicName>>& names,
    std::vector<std::string>* complaints,
    std::vector<std::string>* shortcomings) {
  MutableOwners owners;
  owners.reserve(names.size() + zones.size());

  for (const auto& zone : zones) OwnerAt(zone->name, zone, &owners);
  for (const auto& name : names) {
    const std::string& text = name->data->name;
    OwnerAt(text, EnclosingZone(zones, text), &owners).dynamic = name;
  }
  for (const auto& zone : zones) {
    owners[zone->name]->is_apex = true;
    for (const StaticRecord& record : zone->records) {
      // A name in a zone below has the records of that zone only.
      if (EnclosingZone(zones, record.owner) != zone) {
        complaints->push_back(absl::StrFormat(
            "%s:CONFIG: RECORDS holds %s %s, which belongs to a zone below; "
            "left out",
            zone->name, record.owner, record.type));
        continue;
      }
      Owner& owner = OwnerAt(record.owner, zone, &owners);
      if (owner.dynamic != nullptr && IsDisplaced(record)) {
        complaints->push_back(absl::StrFormat(
            "%s:CONFIG: RECORDS holds %s %s, but that name is answered "
            "dynamically; left out",
            zone->name, record.owner, record.type));
        continue;
      }
      owner.records.push_back(&record);
    }
  }

  for (const auto& zone : zones) {
    CheckNameServers(zone, zones, owners, shortcomings);
  }

  std::vector<std::pair<std::string, std::shared_ptr<const Zone>>> existing;
  existing.reserve(owners.size());
  for (const auto& [name, owner] : owners) {
    if (owner->is_apex) {
      // Names above an apex belong to the zone around it.
      if (name.empty()) continue;
      const auto around = EnclosingZone(zones, ParentOf(name));
      if (around != nullptr) existing.emplace_back(name, around);
    } else {
      existing.emplace_back(name, owner->zone);
    }
  }
  for (const auto& [name, zone] : existing) {
    AddEmptyNonTerminals(name, zone, &owners);
  }

  auto result = std::make_shared<OwnerMap>();
  result->reserve(owners.size());
  for (auto& [name, owner] : owners) {
    result->emplace(name, std::move(owner));
  }
  return result;
}

}  // namespace groupring::backend
