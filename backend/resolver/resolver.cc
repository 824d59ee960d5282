#include "backend/resolver/resolver.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/base/attributes.h"
#include "absl/strings/str_format.h"
#include "backend/resolver/group_choice.h"
#include "backend/resolver/outlook.h"
#include "backend/snapshot/owner_index.h"
#include "redis/base/dns_name.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

using redis::AddressData;
using redis::AddressSet;
using redis::AnswerMode;
using redis::Family;
using redis::kFamilies;

// The scope of static data, which is the same for every client.
constexpr uint8_t kGlobalScope = 0;

// Makes every choice the first one.
class FirstHost : public Random {
 public:
  uint64_t Next() override { return 0; }
};

void AppendAddresses(Family family, uint32_t ttl_seconds, uint8_t scope_mask,
                     std::string_view qname,
                     const std::vector<ChosenAddress>& addresses,
                     Reply* reply) {
  std::array<char, redis::kAddressTextSize> buffer;
  for (const ChosenAddress& address : addresses) {
    std::string_view text = address.text;
    if (text.empty()) {
      text = reply->Keep(FormatAddress(family, address.bytes, &buffer));
    }
    reply->records.push_back(
        {qname, FamilyName(family), text, ttl_seconds, scope_mask});
  }
}

// Of the first of the ring's groups, by name, that has an address; if there is
// none, of the first that had one.
redis::Addresses SampleOf(const RingView& view, size_t f,
                          const redis::SkipList& skip, int64_t unix_millis) {
  redis::Addresses last_good;
  for (const auto& group : view.groups) {
    const redis::Addresses addresses =
        AddressesOf(*group, f, skip, unix_millis);
    if (addresses.data == AddressData::kPresent) return addresses;
    if (last_good.set == nullptr) last_good = addresses;
  }
  return last_good;
}

FamilyChoice SourceOf(const DynamicName& name, size_t f,
                      const GroupChoice& groups) {
  if (name.mode == AnswerMode::kGroupConsistentHash) return groups[f];
  const redis::Availability own{{}, AddressesOf(*name.own, f, *name.skip[f])};
  return {own.service(), 0, own.addresses.set, nullptr};
}

// Fills scratch->addresses with the answer of one family.
void ChooseAddresses(const DynamicName& name, size_t f,
                     const FamilyChoice& source, const Client& client,
                     int64_t unix_millis, ResolverScratch* scratch) {
  const redis::SkipList& skip = *name.skip[f];
  scratch->addresses.clear();
  if (name.mode == AnswerMode::kConsistentHash &&
      name.member_rings[f] != nullptr) {
    HashAddresses(*name.member_rings[f], skip, client.key, name.answers,
                  &scratch->order, &scratch->addresses);
  } else {
    DrawAddresses(*source.addresses,
                  redis::Exclusions(skip, source.withheld, unix_millis),
                  name.answers, scratch->random, &scratch->wake_store,
                  scratch->counts, &scratch->addresses);
  }
}

// The group's addresses were answered: caches may hold them for the TTL.
void RecordHold(CacheHold* hold, uint32_t ttl_seconds, int64_t unix_millis) {
  hold->Extend((unix_millis + 999) / 1000 + ttl_seconds);
}

CountedClient CountedClientOf(const Request& request, const Client& client) {
  if (client.source == KeySource::kNobody) return CountedClient::kNobody;
  const bool is_resolver = client.source == KeySource::kResolver ||
                           IsSourceAddress(request.remote, request.real_remote);
  return is_resolver ? CountedClient::kResolver : CountedClient::kSubnet;
}

// `panics`: health is ignored for the ring and the family.
void CountAnswer(const FamilyChoice& source, size_t family, bool panics,
                 QueryCounts* counts) {
  const auto from = source.service != redis::Service::kInService
                        ? CountedSource::kFallback
                    : panics ? CountedSource::kPanic
                             : CountedSource::kInService;
  counts->answers[family][static_cast<size_t>(from)].Add();
}

// Records that `source` has been answered for a family. `is_held`: caches are
// known to hold an answer of its group already.
void RecordAnswer(const Snapshot& snapshot, const DynamicName& name,
                  const FamilyChoice& source, size_t family, bool is_held,
                  int64_t unix_millis, ResolverScratch* scratch) {
  const RingView* const view =
      name.ring == kNoRing ? nullptr : snapshot.rings[name.ring].get();
  if (scratch->counts != nullptr) {
    CountAnswer(source, family, view != nullptr && view->panics[family],
                scratch->counts);
  }
  if (view == nullptr || view->holds.empty()) return;
  CacheHold* const hold = view->holds[source.group].get();
  if (!is_held) RecordHold(hold, name.ttl_seconds, unix_millis);
  if (scratch->counts == nullptr) return;
  scratch->counts->groups.Add(hold->number(), family);
  // Where the families come from two groups the first one counts.
  if (scratch->samples && scratch->answered.hold == nullptr) {
    scratch->answered.hold = hold;
    scratch->answered.ring = &view->ring;
  }
}

void CountFailure(const DynamicName& name, QueryCounts* counts) {
  const auto cause = name.on_empty == redis::OnEmpty::kServfail
                         ? FailureCause::kRefused
                         : FailureCause::kNothingKnown;
  counts->failures[static_cast<size_t>(cause)].Add();
}

void AppendStatic(const Owner& owner, std::string_view qtype, bool any,
                  std::string_view qname, Reply* reply) {
  for (const StaticRecord* record : owner.records) {
    if (!any && !EqualsIgnoreCase(qtype, record->type)) continue;
    reply->records.push_back({qname, record->type, record->content,
                              record->ttl_seconds, kGlobalScope,
                              IsOurs(owner, record->type)});
  }
}

// PowerDNS asks about an apex of ours as a name of the zone around it, for the
// list of types in a proof: there it is a delegation, whatever stands there.
// Whether the question is such a one; then it is answered. Rare, so it stays
// out of the way of all others.
ABSL_ATTRIBUTE_NOINLINE bool AppendDelegation(const Snapshot& snapshot,
                                              const Owner& owner,
                                              const Request& request,
                                              std::string_view qname,
                                              Reply* reply) {
  if (owner.name.empty() || request.zone_id == owner.zone->id ||
      ClientOf(request.remote, request.real_remote, nullptr).source !=
          KeySource::kNobody) {
    return false;
  }
  const auto around = EnclosingZone(snapshot.zones, ParentOf(owner.name));
  if (around == nullptr || around->id != request.zone_id) return false;
  reply->domain_id = around->id;
  for (const StaticRecord* record : owner.records) {
    if (record->type != "NS") continue;
    reply->records.push_back({qname, record->type, record->content,
                              record->ttl_seconds, kGlobalScope, false});
  }
  return true;
}

AskedFamilies FamiliesAskedBy(LookupType type) {
  switch (type) {
    case LookupType::kAny:
      return AskedFamilies::kBoth;
    case LookupType::kA:
      return AskedFamilies::kA;
    case LookupType::kAaaa:
      return AskedFamilies::kAaaa;
    case LookupType::kSoa:
    case LookupType::kNs:
    case LookupType::kOther:
      break;
  }
  return AskedFamilies::kNone;
}

bool IsAsked(AskedFamilies asked, size_t f) {
  return asked == AskedFamilies::kBoth ||
         asked == (f == 0 ? AskedFamilies::kA : AskedFamilies::kAaaa);
}

// Of the records from that one on.
void DropNotAsked(AskedFamilies asked, size_t first, Reply* reply) {
  if (asked == AskedFamilies::kBoth) return;
  const std::string_view type =
      FamilyName(asked == AskedFamilies::kA ? Family::kA : Family::kAaaa);
  const auto begin =
      reply->records.begin() + static_cast<std::ptrdiff_t>(first);
  reply->records.erase(
      std::remove_if(begin, reply->records.end(),
                     [&](const Record& one) { return one.qtype != type; }),
      reply->records.end());
}

// PowerDNS tells a name without records from one that does not exist by a
// record without a type.
void AppendNoType(LookupType type, std::string_view qname, Reply* reply) {
  if (type != LookupType::kAny) return;
  reply->records.push_back({qname, "", "", 0, kGlobalScope});
}

bool LeavesOutAny(const Snapshot& snapshot, const DynamicName& name,
                  int64_t unix_millis) {
  return LeavesOut(snapshot, name, 0, unix_millis) ||
         LeavesOut(snapshot, name, 1, unix_millis);
}

}  // namespace

void Lookup(const Snapshot& snapshot, const Request& request,
            int64_t unix_millis, ResolverScratch* scratch, Reply* reply) {
  reply->kind = Reply::Kind::kRecords;
  reply->domain_id = request.zone_id;

  CanonicalName(request.qname, &scratch->name);
  const OwnerMap::Place place = snapshot.owners->Locate(scratch->name);
  // While the memory of one of many names is on its way.
  const LookupType type = LookupTypeOf(request.qtype);
  const AskedFamilies asked = FamiliesAskedBy(type);
  Client client;
  if (asked != AskedFamilies::kNone) {
    client =
        ClientOf(request.remote, request.real_remote, snapshot.affinity.get());
  }
  const OwnerMap::Pointer* const found =
      snapshot.owners->Get(place, scratch->name);
  if (found == nullptr) return;
  const Owner* const owner = found->get();
  if (owner->zone != nullptr) reply->domain_id = owner->zone->id;

  std::string_view qname = request.qname;
  if (qname.ends_with('.')) qname.remove_suffix(1);

  if (owner->is_apex && request.zone_id > 0 &&
      AppendDelegation(snapshot, *owner, request, qname, reply)) {
    return;
  }
  AppendStatic(*owner, request.qtype, type == LookupType::kAny, qname, reply);
  const bool has_own = !owner->records.empty() || owner->is_apex;
  if (owner->dynamic == nullptr) {
    // RFC 4592 leaves empty non-terminals without data.
    if (!has_own) AppendNoType(type, qname, reply);
    return;
  }
  if (asked == AskedFamilies::kNone) return;

  if (scratch->counts != nullptr) {
    const CountedClient counted = CountedClientOf(request, client);
    scratch->counts->clients[static_cast<size_t>(counted)].Add();
    scratch->counts->scopes[client.scope_mask].Add();
    scratch->answered.is_dynamic = counted != CountedClient::kNobody;
    if (scratch->samples) {
      scratch->answered = {scratch->answered.is_dynamic,
                           counted == CountedClient::kSubnet,
                           client.key,
                           client.subnet,
                           client.affinity,
                           nullptr,
                           nullptr};
    }
  }
  if (!AppendDynamic(snapshot, *owner->dynamic, asked, client, qname,
                     unix_millis, scratch, reply)) {
    reply->records.clear();
    if (scratch->counts != nullptr) {
      CountFailure(*owner->dynamic, scratch->counts);
    }
    reply->kind = Reply::Kind::kError;
    reply->error = absl::StrFormat(
        "%s: no group or address is in service, and none that may be answered "
        "is known from before",
        scratch->name);
    return;
  }
  if (owner->authority != Authority::kOurs) {
    for (Record& record : reply->records) {
      record.auth = IsOurs(*owner, record.qtype);
    }
  }
  if (!has_own && reply->records.empty()) {
    AppendNoType(type, qname, reply);
  }
}

bool AppendDynamic(const Snapshot& snapshot, const DynamicName& name,
                   AskedFamilies asked, const Client& client,
                   std::string_view qname, int64_t unix_millis,
                   ResolverScratch* scratch, Reply* reply) {
  const size_t before = reply->records.size();
  if (client.source == KeySource::kNobody) {
    AppendSample(snapshot, name, client.scope_mask, qname, unix_millis, reply);
    const bool has_any = reply->records.size() > before;
    DropNotAsked(asked, before, reply);
    return has_any || LeavesOutAny(snapshot, name, unix_millis);
  }

  GroupChoice groups;
  if (name.ring != kNoRing) {
    groups =
        ChooseGroups(*snapshot.rings[name.ring], hashing::SlotOf(client.key),
                     unix_millis, name.skip, &scratch->order);
  }
  GroupChoice sources;
  bool left_out = false;
  for (size_t f = 0; f < kFamilies; ++f) {
    sources[f] = SourceOf(name, f, groups);
    if (sources[f].addresses != nullptr &&
        sources[f].service != redis::Service::kInService) {
      if (name.on_empty == redis::OnEmpty::kServfail) return false;
      if (LeavesOut(snapshot, name, f, unix_millis)) {
        sources[f].addresses = nullptr;
        left_out = true;
      }
    }
    if (sources[f].addresses != nullptr) sources[f].addresses->PrefetchDraw();
  }
  bool has_other = false;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (sources[f].addresses == nullptr) continue;
    if (!IsAsked(asked, f)) {
      has_other = true;
      continue;
    }
    ChooseAddresses(name, f, sources[f], client, unix_millis, scratch);
    AppendAddresses(static_cast<Family>(f), name.ttl_seconds, client.scope_mask,
                    qname, scratch->addresses, reply);
    // Both families nearly always come from the same group.
    const bool is_held = f > 0 && sources[f].group == sources[0].group &&
                         sources[0].addresses != nullptr && IsAsked(asked, 0);
    RecordAnswer(snapshot, name, sources[f], f, is_held, unix_millis, scratch);
  }
  return left_out || has_other || reply->records.size() > before;
}

void AppendSample(const Snapshot& snapshot, const DynamicName& name,
                  uint8_t scope_mask, std::string_view qname,
                  int64_t unix_millis, Reply* reply) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (LeavesOut(snapshot, name, f, unix_millis)) continue;
    const redis::Addresses from =
        name.ring != kNoRing ? SampleOf(*snapshot.rings[name.ring], f,
                                        *name.skip[f], unix_millis)
                             : AddressesOf(*name.own, f, *name.skip[f]);
    if (from.set == nullptr) continue;
    const redis::Exclusions excluded(*name.skip[f], from.withheld, unix_millis);
    FirstHost first;
    for (const redis::AddressRange& member : from.set->members()) {
      const auto host = excluded.PickHost(member, &first);
      if (!host.has_value()) continue;
      AppendAddresses(static_cast<Family>(f), name.ttl_seconds, scope_mask,
                      qname, {{*host, member.canonical}}, reply);
      break;
    }
  }
}

}  // namespace groupring::backend
