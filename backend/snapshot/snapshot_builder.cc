#include "backend/snapshot/snapshot_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/snapshot/member_ring.h"
#include "backend/snapshot/name_order.h"
#include "redis/base/dns_name.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::AnswerMode;
using redis::Dataset;
using redis::DatasetChange;
using redis::kFamilies;
using redis::NameData;
using redis::SkipList;

// False for a name that is only the apex of a zone.
bool HasAnswers(const NameData& data) {
  if (!data.groups->empty()) return true;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!data.addresses[f]->empty() || data.last_good[f] != nullptr) {
      return true;
    }
  }
  return false;
}

// More zones than these are taken up along with all names.
constexpr size_t kMostZones = 8;

// Whether both make the same zone, whatever the apex answers itself.
bool SameZone(const redis::NameConfig& a, const redis::NameConfig& b) {
  return a.soa == b.soa && a.ns == b.ns && a.ttl_seconds == b.ttl_seconds &&
         a.records_json == b.records_json;
}

bool SameSkipLists(const NameData& a, const NameData& b) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (a.skip[f] != b.skip[f] && !(*a.skip[f] == *b.skip[f])) return false;
  }
  return true;
}

// A zone's CONFIG often stands alone. A name without SOA exists in order to be
// answered: without addresses its queries must fail, and not find no such name.
bool IsDynamic(const NameData& data) {
  return !data.config.is_zone || HasAnswers(data);
}

std::shared_ptr<const SkipList> BothSkipLists(
    const std::shared_ptr<const SkipList>& own,
    const std::shared_ptr<const SkipList>& apex,
    const std::shared_ptr<const SkipList>& nothing) {
  if (own->empty() && (apex == nullptr || apex->empty())) return nothing;
  if (apex == nullptr || apex->empty() || apex == own) return own;
  if (own->empty()) return apex;
  return std::make_shared<SkipList>(SkipList::Union(*own, *apex));
}

ComplaintBook::Sentences ComplaintsOf(const NameData& data, bool is_valid) {
  if (!is_valid) {
    return {absl::StrFormat(
        "%s is no DNS name (labels of 1 to 63 letters, digits or hyphens); "
        "not served",
        redis::Quoted(data.name))};
  }
  if (data.config.is_zone || data.config.ns.empty()) return {};
  return {
      absl::StrFormat("%s:CONFIG: NS without SOA makes no zone and is not "
                      "answered; HSET SOA "
                      "as well, or HDEL NS",
                      data.name)};
}

}  // namespace

SnapshotBuilder::SnapshotBuilder(LogSink log, CacheHolds* holds)
    : complaints_(std::move(log)),
      owners_(&complaints_),
      rings_(holds, &complaints_) {}

std::shared_ptr<const Snapshot> SnapshotBuilder::Apply(
    const Dataset& dataset, const DatasetChange& change, int64_t unix_millis) {
  bool rebuild = current_.owners == nullptr;
  std::vector<std::string> changed;
  std::vector<std::string> zones;
  SharedMap<NameData>::ForEachDifference(
      names_, dataset.names, [&](const NameData* was, const NameData* is) {
        const Concerns concerns = ConcernsOf(was, is);
        rebuild = rebuild || concerns == Concerns::kEverything;
        // By all names nothing is gained by knowing them one by one.
        if (rebuild) return;
        changed.push_back(is != nullptr ? is->name : was->name);
        if (concerns == Concerns::kItsZone) zones.push_back(is->name);
      });
  if (rebuild || zones.size() > kMostZones) {
    rebuild = true;
    Rebuild(dataset);
  } else {
    for (const std::string& zone : zones) UpdateZone(dataset, zone);
    for (const std::string& name : changed) {
      const OwnerMap::Pointer* const owner = owners_.owners().Get(name);
      UpdateName(dataset, name, owner == nullptr ? nullptr : (*owner)->dynamic);
    }
  }
  names_ = dataset.names;
  if (rebuild || !changed.empty()) {
    current_.owners = std::make_shared<const OwnerMap>(owners_.owners());
    current_.order = NameOrder::After(current_.order);
  }
  for (const uint32_t place : std::exchange(released_, {})) {
    rings_.Release(place);
  }
  rings_.Update({&dataset, &local_, health_.get()}, change.groups,
                change.everything);
  if (std::exchange(classes_changed_, false)) {
    current_.classes = std::make_shared<const NameClasses>(classes_);
  }
  if (complaints_.Report()) {
    current_.complaints = complaints_.Complaints();
    current_.shortcomings = complaints_.Shortcomings();
  }
  current_.affinity = AffinityTable::Of(dataset.affinity, current_.affinity);
  current_.redis_generation = dataset.generation;
  current_.serial =
      std::max(current_.serial + 1, static_cast<uint32_t>(unix_millis / 1000));
  return Finish(unix_millis);
}

SnapshotBuilder::Concerns SnapshotBuilder::ConcernsOf(const NameData* was,
                                                      const NameData* is) {
  const bool was_zone = was != nullptr && was->config.is_zone;
  const bool is_zone = is != nullptr && is->config.is_zone;
  if (was_zone != is_zone) return Concerns::kEverything;
  if (!is_zone) return Concerns::kItself;
  return SameZone(was->config, is->config) && SameSkipLists(*was, *is)
             ? Concerns::kItself
             : Concerns::kItsZone;
}

void SnapshotBuilder::UpdateZone(const Dataset& dataset,
                                 const std::string& name) {
  const auto known = zones_.find(name);
  if (known == zones_.end()) return;  // it is no DNS name
  const std::shared_ptr<const NameData> before = known->second.from;
  const std::shared_ptr<const NameData>& now = dataset.names.at(name);
  known->second.from = now;
  if (!SameZone(before->config, now->config)) {
    ComplaintBook::Sentences complaints;
    auto zone = std::make_shared<Zone>(
        BuildZone(*now, known->second.zone.get(), &complaints));
    // The zones are the previous ones, and so are their ids.
    zone->id = known->second.zone->id;
    complaints_.Set(ComplaintKind::kZone, name, std::move(complaints));
    std::replace(current_.zones.begin(), current_.zones.end(),
                 known->second.zone, std::shared_ptr<const Zone>(zone));
    owners_.ReplaceZone(zone);
    known->second.zone = std::move(zone);
  }
  if (SameSkipLists(*before, *now)) return;
  for (const OwnerMap::Pointer& owner : owners_.DynamicNamesOf(name)) {
    // By the previous dataset, whose other changes come later.
    const std::shared_ptr<const DynamicName> built =
        Build(owner->data, owner->dynamic.get());
    Enter(built);
    Leave(*owner->dynamic);
    owners_.SetDynamic(owner->name.str(), built, owner->data,
                       /*check_servers=*/false);
  }
}

void SnapshotBuilder::Rebuild(const Dataset& dataset) {
  complaints_.Clear(ComplaintKind::kName);
  BuildZones(dataset);
  const OwnerMap before = owners_.owners();
  owners_.Reset(current_.zones);
  for (const auto& [text, owner] : before) {
    if (owner->dynamic != nullptr) Leave(*owner->dynamic);
  }
  for (const auto& [text, data] : dataset.names) {
    const OwnerMap::Pointer* const owner = before.Get(text);
    const auto now =
        Build(data, owner == nullptr ? nullptr : (*owner)->dynamic.get());
    if (now == nullptr) continue;
    Enter(now);
    owners_.SetDynamic(text, now, data, /*check_servers=*/false);
  }
  owners_.CheckAllNameServers();
}

void SnapshotBuilder::BuildZones(const Dataset& dataset) {
  absl::flat_hash_map<std::string, BuiltZone> zones;
  bool same = current_.owners != nullptr;
  for (const auto& [name, data] : dataset.names) {
    if (!data->config.is_zone) continue;
    if (!IsValidName(name)) continue;  // UpdateName complains of it
    BuiltZone built;
    const auto before = zones_.find(name);
    if (before != zones_.end() &&
        SameZone(before->second.from->config, data->config)) {
      built = before->second;
    } else {
      same = false;
      ComplaintBook::Sentences complaints;
      built.zone = std::make_shared<Zone>(BuildZone(
          *data, before == zones_.end() ? nullptr : before->second.zone.get(),
          &complaints));
      complaints_.Set(ComplaintKind::kZone, name, std::move(complaints));
    }
    built.from = data;
    zones.emplace(name, std::move(built));
  }
  same = same && zones.size() == zones_.size();
  for (const auto& [name, built] : zones_) {
    if (zones.contains(name)) continue;
    for (const ComplaintKind kind :
         {ComplaintKind::kZone, ComplaintKind::kRecords,
          ComplaintKind::kNameServer}) {
      complaints_.Set(kind, name, {});
    }
  }
  zones_ = std::move(zones);
  if (same) return;
  // The id of a new zone may collide with that of another, so all zones are
  // numbered again, as copies.
  std::vector<Zone*> unnumbered;
  std::vector<std::shared_ptr<const Zone>> sorted;
  for (auto& [name, built] : zones_) {
    auto copy = std::make_shared<Zone>(*built.zone);
    unnumbered.push_back(copy.get());
    built.zone = copy;
    sorted.push_back(copy);
  }
  AssignZoneIds(std::move(unnumbered));
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  current_.zones = std::move(sorted);
}

void SnapshotBuilder::UpdateName(
    const Dataset& dataset, const std::string& name,
    const std::shared_ptr<const DynamicName>& before) {
  const auto* const data = dataset.names.Get(name);
  std::shared_ptr<const DynamicName> now;
  if (data != nullptr) {
    // An apex has the sets by which its names are built.
    if (const auto zone = zones_.find(name); zone != zones_.end()) {
      zone->second.from = *data;
    }
    now = Build(*data, before.get());
  } else {
    complaints_.Set(ComplaintKind::kName, name, {});
  }
  if (now != nullptr && before != nullptr &&
      ClassOf(*now) == ClassOf(*before)) {
    if (before->ring != kNoRing) released_.push_back(before->ring);
  } else {
    if (now != nullptr) Enter(now);
    if (before != nullptr) Leave(*before);
  }
  owners_.SetDynamic(name, now, now == nullptr ? nullptr : *data);
}

std::shared_ptr<const DynamicName> SnapshotBuilder::Build(
    const std::shared_ptr<const NameData>& data, const DynamicName* before) {
  const bool is_valid = IsValidName(data->name);
  ComplaintBook::Sentences complaints = ComplaintsOf(*data, is_valid);
  std::shared_ptr<const DynamicName> name;
  if (is_valid && IsDynamic(*data)) name = BuildName(data, before, &complaints);
  complaints_.Set(ComplaintKind::kName, data->name, std::move(complaints));
  return name;
}

void SnapshotBuilder::Enter(const std::shared_ptr<const DynamicName>& name) {
  ClassMembers& members = classes_[ClassOf(*name)];
  ++members.names;
  // It keeps the skip lists of the class alive.
  if (members.example == nullptr) members.example = name;
  classes_changed_ = true;
}

void SnapshotBuilder::Leave(const DynamicName& name) {
  if (name.ring != kNoRing) released_.push_back(name.ring);
  const auto members = classes_.find(ClassOf(name));
  if (--members->second.names == 0) classes_.erase(members);
  classes_changed_ = true;
}

std::shared_ptr<const DynamicName> SnapshotBuilder::BuildName(
    const std::shared_ptr<const NameData>& data, const DynamicName* before,
    ComplaintBook::Sentences* complaints) {
  DynamicName name;
  name.mode = data->config.answer;
  name.on_empty = data->config.on_empty;
  name.ttl_seconds = data->config.ttl_seconds;
  name.answers = data->config.answers;
  const auto apex = EnclosingZone(current_.zones, data->name);
  const NameData* apex_data =
      apex == nullptr ? nullptr : zones_.at(apex->name).from.get();
  for (size_t f = 0; f < kFamilies; ++f) {
    name.skip[f] = BothSkipLists(
        data->skip[f], apex_data == nullptr ? nullptr : apex_data->skip[f],
        nothing_skipped_);
  }

  if (name.mode == AnswerMode::kGroupConsistentHash) {
    name.ring = rings_.Acquire(*data);
    return Shared(std::move(name));
  }
  name.own = data;
  if (name.mode == AnswerMode::kConsistentHash) {
    for (size_t f = 0; f < kFamilies; ++f) {
      const auto& set = data->addresses[f]->empty() && data->last_good[f]
                            ? data->last_good[f]
                            : data->addresses[f];
      if (before != nullptr && before->member_rings[f] != nullptr &&
          before->member_rings[f]->set == set) {
        name.member_rings[f] = before->member_rings[f];
      } else {
        name.member_rings[f] = BuildMemberRing(set, complaints);
      }
    }
  }
  return std::make_shared<const DynamicName>(std::move(name));
}

std::shared_ptr<const DynamicName> SnapshotBuilder::Shared(DynamicName name) {
  if (shared_.size() >= clean_at_) {
    absl::erase_if(shared_,
                   [](const auto& entry) { return entry.second.expired(); });
    clean_at_ = std::max<size_t>(64, 2 * shared_.size());
  }
  auto& known = shared_[{ClassOf(name), name.ttl_seconds, name.answers}];
  std::shared_ptr<const DynamicName> shared = known.lock();
  if (shared == nullptr) {
    shared = std::make_shared<const DynamicName>(std::move(name));
    known = shared;
  }
  return shared;
}

void SnapshotBuilder::PutInForce(Dataset* dataset) const {
  for (const auto& [name, built] : zones_) {
    if (!built.zone->of_before) continue;
    const auto found = dataset->names.find(name);
    if (found == dataset->names.end()) continue;
    auto data = std::make_shared<NameData>(*found->second);
    data->config = ConfigInForce(data->config, *built.zone);
    dataset->names.Set(std::move(data));
  }
}

std::shared_ptr<const Snapshot> SnapshotBuilder::AdoptTable(
    const std::shared_ptr<const hashing::OwnerTable>& table,
    int64_t unix_millis) {
  return rings_.Adopt(table) ? Finish(unix_millis) : nullptr;
}

std::shared_ptr<const Snapshot> SnapshotBuilder::Finish(int64_t unix_millis) {
  current_.rings = rings_.views();
  ++current_.generation;
  current_.built_unix_millis = unix_millis;
  return std::make_shared<const Snapshot>(current_);
}

}  // namespace groupring::backend
