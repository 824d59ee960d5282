#include "backend/snapshot/owner_index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/dns_name.h"

namespace groupring::backend {
namespace {

std::shared_ptr<const Zone> FindZone(const Zones& zones,
                                     std::string_view name) {
  const auto it = std::lower_bound(
      zones.begin(), zones.end(), name,
      [](const auto& zone, std::string_view n) { return zone->name < n; });
  return it != zones.end() && (*it)->name == name ? *it : nullptr;
}

bool HasAddress(const Owner& owner) {
  return owner.dynamic != nullptr ||
         std::any_of(owner.records.begin(), owner.records.end(),
                     [](const StaticRecord* record) {
                       return record->type == "A" || record->type == "AAAA" ||
                              record->type == "ALIAS" || record->type == "LUA";
                     });
}

bool IsDisplaced(const StaticRecord& record) {
  return record.type == "A" || record.type == "AAAA" || record.type == "CNAME";
}

bool HasContent(const Owner& owner) {
  return owner.is_apex || owner.dynamic != nullptr || !owner.records.empty();
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

std::shared_ptr<Owner> OwnerIndex::NewOwner(std::string_view name,
                                            const Zone* zone) const {
  auto owner = std::make_shared<Owner>();
  owner->name = OwnerName(name);
  owner->authority = AuthorityAt(name, zone);
  owner->zone = zone;
  return owner;
}

Authority OwnerIndex::AuthorityAt(std::string_view name,
                                  const Zone* zone) const {
  if (zone == nullptr || delegations_.empty() || name == zone->name) {
    return Authority::kOurs;
  }
  for (std::string_view above = ParentOf(name); above != zone->name;
       above = ParentOf(above)) {
    if (delegations_.contains(above)) return Authority::kBelowDelegation;
  }
  return delegations_.contains(name) ? Authority::kDelegation
                                     : Authority::kOurs;
}

void OwnerIndex::Reset(const Zones& zones) {
  zones_ = zones;
  owners_.clear();
  static_.clear();
  delegations_.clear();
  below_.clear();
  servers_.clear();
  complaints_->Clear(ComplaintKind::kDisplaced);
  for (const auto& zone : zones_) {
    auto owner = NewOwner(zone->name, zone.get());
    owner->is_apex = true;
    owners_.Set(std::move(owner));
  }
  for (const auto& zone : zones_) AddRecords(zone);
  for (const auto& zone : zones_) AddAbove(*owners_.at(zone->name));
  for (const auto& [name, records] : static_) AddOwnerOf(name, records);
}

void OwnerIndex::AddOwnerOf(const std::string& name, const Records& records) {
  const OwnerMap::Pointer* const known = owners_.Get(name);
  auto owner = known != nullptr
                   ? std::make_shared<Owner>(**known)
                   : NewOwner(name, EnclosingZone(zones_, name).get());
  const bool is_new = known == nullptr;
  owner->records = OwnerRecords(records);
  owners_.Set(owner);
  if (is_new) AddAbove(*owner);
}

void OwnerIndex::ReplaceZone(const std::shared_ptr<const Zone>& zone) {
  const auto place = std::find_if(
      zones_.begin(), zones_.end(),
      [&](const auto& other) { return other->name == zone->name; });
  const std::shared_ptr<const Zone> before = *place;
  std::vector<OwnerMap::Pointer> within;
  for (const auto& [name, owner] : owners_) {
    if (owner->zone == before.get()) within.push_back(owner);
  }
  DropRecords(before);
  *place = zone;
  AddRecords(zone);
  for (const OwnerMap::Pointer& owner : within) {
    auto now = std::make_shared<Owner>(*owner);
    now->zone = zone.get();
    now->authority = AuthorityAt(now->name, zone.get());
    now->records =
        OwnerRecords(RecordsAt(now->name, now->zone, now->dynamic != nullptr));
    owners_.Set(std::move(now));
  }
  for (const StaticRecord& record : zone->records) {
    const auto records = static_.find(record.owner);
    if (records != static_.end() && !owners_.contains(record.owner)) {
      AddOwnerOf(record.owner, records->second);
    }
  }
  // Last, as what is above them may have come to stay.
  for (const OwnerMap::Pointer& owner : within) {
    const OwnerMap::Pointer* const now = owners_.Get(owner->name);
    if (now == nullptr || HasContent(**now) ||
        below_.contains(owner->name.view())) {
      continue;
    }
    const OwnerMap::Pointer gone = *now;
    Remove(*gone);
  }
  CheckNameServers(*zone);
}

void OwnerIndex::DropRecords(const std::shared_ptr<const Zone>& zone) {
  servers_.erase(zone.get());
  for (const StaticRecord& record : zone->records) {
    if (EnclosingZone(zones_, record.owner) != zone) continue;
    static_.erase(record.owner);
    delegations_.erase(record.owner);
    complaints_->Set(ComplaintKind::kDisplaced, record.owner, {});
  }
}

std::vector<OwnerMap::Pointer> OwnerIndex::DynamicNamesOf(
    std::string_view zone) const {
  std::vector<OwnerMap::Pointer> names;
  for (const auto& [name, owner] : owners_) {
    if (owner->dynamic != nullptr && owner->zone != nullptr &&
        owner->zone->name == zone) {
      names.push_back(owner);
    }
  }
  return names;
}

void OwnerIndex::AddRecords(const std::shared_ptr<const Zone>& zone) {
  ComplaintBook::Sentences complaints;
  for (const StaticRecord& record : zone->records) {
    // A name in a zone below has the records of that zone only.
    if (EnclosingZone(zones_, record.owner) != zone) {
      complaints.push_back(absl::StrFormat(
          "%s:CONFIG: RECORDS holds %s %s, which belongs to a zone below; "
          "left out",
          zone->name, record.owner, record.type));
      continue;
    }
    static_[record.owner].push_back(&record);
    if (record.type == "NS" && record.owner != zone->name) {
      delegations_.insert(record.owner);
    }
  }
  complaints_->Set(ComplaintKind::kRecords, zone->name, std::move(complaints));
  std::vector<std::string>& servers = servers_[zone.get()];
  for (const StaticRecord& record : zone->records) {
    if (record.type != "NS" || record.owner != zone->name) continue;
    std::string server = CanonicalName(record.content);
    if (EnclosingZone(zones_, server) == zone) {
      servers.push_back(std::move(server));
    }
  }
}

OwnerIndex::Records OwnerIndex::RecordsAt(std::string_view name,
                                          const Zone* zone, bool has_dynamic) {
  const auto found = static_.find(name);
  if (found == static_.end()) return {};
  if (!has_dynamic) {
    complaints_->Set(ComplaintKind::kDisplaced, std::string(name), {});
    return found->second;
  }
  Records records;
  ComplaintBook::Sentences complaints;
  for (const StaticRecord* record : found->second) {
    if (!IsDisplaced(*record)) {
      records.push_back(record);
      continue;
    }
    complaints.push_back(absl::StrFormat(
        "%s:CONFIG: RECORDS holds %s %s, but that name is answered "
        "dynamically; left out",
        zone->name, record->owner, record->type));
  }
  complaints_->Set(ComplaintKind::kDisplaced, std::string(name),
                   std::move(complaints));
  return records;
}

void OwnerIndex::SetDynamic(const std::string& name,
                            std::shared_ptr<const DynamicName> dynamic,
                            std::shared_ptr<const redis::NameData> data,
                            bool check_servers) {
  const OwnerMap::Pointer* const known = owners_.Get(name);
  if (known == nullptr && dynamic == nullptr) return;
  auto owner = known == nullptr
                   ? NewOwner(name, EnclosingZone(zones_, name).get())
                   : std::make_shared<Owner>(**known);
  const bool is_new = known == nullptr;
  const bool had_dynamic = owner->dynamic != nullptr;
  owner->dynamic = std::move(dynamic);
  owner->data = std::move(data);
  const bool has_dynamic = owner->dynamic != nullptr;
  if (has_dynamic != had_dynamic) {
    owner->records = OwnerRecords(RecordsAt(name, owner->zone, has_dynamic));
  }
  if (HasContent(*owner) || below_.contains(name)) {
    owners_.Set(owner);
    if (is_new) AddAbove(*owner);
  } else {
    Remove(*owner);
  }
  if (check_servers && has_dynamic != had_dynamic && owner->zone != nullptr) {
    CheckNameServers(*owner->zone);
  }
}

const Zone* OwnerIndex::ZoneAbove(const Owner& owner, bool* nothing) const {
  *nothing = owner.name.empty();
  if (*nothing || !owner.is_apex) return owner.zone;
  // Names above an apex belong to the zone around it.
  const Zone* const around = EnclosingZone(zones_, ParentOf(owner.name)).get();
  *nothing = around == nullptr;
  return around;
}

// RFC 8020: a name exists when one below it does. Without a zone here the apex
// is in another backend of PowerDNS, which answers it and what is above it.
void OwnerIndex::AddAbove(const Owner& owner) {
  bool nothing = false;
  const Zone* const zone = ZoneAbove(owner, &nothing);
  if (nothing) return;
  std::string_view name = owner.name;
  while (zone == nullptr || name != zone->name) {
    name = ParentOf(name);
    if (name.empty() && (zone == nullptr || !zone->name.empty())) return;
    ++below_[std::string(name)];
    if (owners_.contains(name)) return;
    owners_.Set(NewOwner(name, zone));
  }
}

void OwnerIndex::Remove(const Owner& owner) {
  bool nothing = false;
  const Zone* const zone = ZoneAbove(owner, &nothing);
  // By value, as owners go.
  std::string name = owner.name.str();
  owners_.erase(name);
  while (!nothing && (zone == nullptr || name != zone->name)) {
    name = std::string(ParentOf(name));
    const auto below = below_.find(name);
    if (below == below_.end() || --below->second > 0) return;
    below_.erase(below);
    if (HasContent(*owners_.at(name))) return;
    owners_.erase(name);
  }
}

// A name server that only this zone could give an address, and does not.
void OwnerIndex::CheckNameServers(const Zone& zone) {
  const auto servers = servers_.find(&zone);
  if (servers == servers_.end()) return;
  ComplaintBook::Sentences shortcomings;
  for (const std::string& server : servers->second) {
    const OwnerMap::Pointer* const found = owners_.Get(server);
    if (found != nullptr && HasAddress(**found)) continue;
    shortcomings.push_back(absl::StrFormat(
        "%s:CONFIG: the name server %s lies in the zone and has no address "
        "there; add an A or AAAA of it to RECORDS",
        zone.name, server));
  }
  complaints_->Set(ComplaintKind::kNameServer, zone.name,
                   std::move(shortcomings));
}

void OwnerIndex::CheckAllNameServers() {
  for (const auto& zone : zones_) CheckNameServers(*zone);
}

}  // namespace groupring::backend
