#include "backend/snapshot/snapshot_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/snapshot/empty_group.h"
#include "backend/snapshot/health_effect.h"
#include "backend/snapshot/member_ring.h"
#include "backend/snapshot/owner_index.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::AddressSet;
using redis::AnswerMode;
using redis::Dataset;
using redis::DatasetChange;
using redis::Family;
using redis::GroupData;
using redis::kFamilies;
using redis::NameData;
using redis::SkipList;

bool MayEverAnswer(const redis::GroupState& state) {
  return state.state != redis::AdminState::kDisabled || state.until != 0;
}

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

std::shared_ptr<const std::vector<std::string>> SortedSet(
    std::vector<std::string> sentences) {
  std::sort(sentences.begin(), sentences.end());
  sentences.erase(std::unique(sentences.begin(), sentences.end()),
                  sentences.end());
  return std::make_shared<const std::vector<std::string>>(std::move(sentences));
}

}  // namespace

SnapshotBuilder::SnapshotBuilder(LogSink log, CacheHolds* holds)
    : log_(std::move(log)), holds_(holds) {}

std::shared_ptr<const Snapshot> SnapshotBuilder::Apply(
    const Dataset& dataset, const DatasetChange& change, int64_t unix_millis) {
  const bool names_changed =
      change.everything || !change.names.empty() || current_.owners == nullptr;
  if (names_changed) {
    pending_complaints_.clear();
    RebuildZones(dataset);
    RebuildNames(dataset);
    std::vector<std::shared_ptr<const DynamicName>> names;
    names.reserve(names_.size());
    for (const auto& [text, name] : names_) names.push_back(name);
    std::vector<std::string> shortcomings;
    current_.owners =
        BuildOwners(current_.zones, names, &pending_complaints_, &shortcomings);
    Report(std::move(pending_complaints_), std::move(shortcomings));
  }
  RebuildRings(dataset, change, names_changed);
  current_.affinity = AffinityTable::Of(dataset.affinity, current_.affinity);
  current_.redis_generation = dataset.generation;
  return Finish(unix_millis);
}

void SnapshotBuilder::RebuildZones(const Dataset& dataset) {
  absl::flat_hash_map<std::string, BuiltZone> zones;
  std::vector<Zone*> unnumbered;
  std::vector<std::shared_ptr<Zone>> fresh;
  bool same = current_.owners != nullptr;
  for (const auto& [name, data] : dataset.names) {
    if (!data->config.is_zone) continue;
    if (!IsValidName(name)) continue;  // RebuildNames complains of it
    BuiltZone built;
    const auto before = zones_.find(name);
    if (before != zones_.end() && before->second.from->config == data->config) {
      built = before->second;
      built.from = data;
    } else {
      same = false;
      auto zone = std::make_shared<Zone>(BuildZone(
          *data, before == zones_.end() ? nullptr : before->second.zone.get(),
          &built.complaints));
      fresh.push_back(zone);
      built.from = data;
      built.zone = zone;
    }
    for (const std::string& complaint : built.complaints) {
      pending_complaints_.push_back(complaint);
    }
    zones.emplace(name, std::move(built));
  }
  if (same && zones.size() == zones_.size()) {
    zones_ = std::move(zones);
    return;
  }
  // The id of a new zone may collide with that of another, so all zones are
  // numbered again, as copies.
  std::vector<std::shared_ptr<const Zone>> sorted;
  for (auto& [name, built] : zones) {
    auto copy = std::make_shared<Zone>(*built.zone);
    unnumbered.push_back(copy.get());
    built.zone = copy;
    sorted.push_back(copy);
  }
  AssignZoneIds(std::move(unnumbered));
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  zones_ = std::move(zones);
  current_.zones = std::move(sorted);
}

void SnapshotBuilder::RebuildNames(const Dataset& dataset) {
  absl::flat_hash_map<std::string, std::shared_ptr<const DynamicName>> names;
  names.reserve(dataset.names.size());
  ring_index_.clear();
  list_index_before_ = std::exchange(list_index_, {});
  rings_before_ = std::exchange(rings_, {});
  for (const auto& [text, data] : dataset.names) {
    if (!IsValidName(text)) {
      pending_complaints_.push_back(absl::StrFormat(
          "%s is no DNS name (labels of 1 to 63 letters, digits or hyphens); "
          "not served",
          redis::Quoted(text)));
      continue;
    }
    if (!data->config.is_zone && !data->config.ns.empty()) {
      pending_complaints_.push_back(
          absl::StrFormat("%s:CONFIG: NS without SOA makes no zone and is not "
                          "answered; HSET SOA "
                          "as well, or HDEL NS",
                          text));
    }
    if (!IsDynamic(*data)) continue;
    names.emplace(text, BuildName(data));
  }
  names_ = std::move(names);
  list_index_before_.clear();
  rings_before_.clear();
}

std::shared_ptr<const DynamicName> SnapshotBuilder::BuildName(
    const std::shared_ptr<const NameData>& data) {
  auto name = std::make_shared<DynamicName>();
  name->data = data;
  name->mode = data->config.answer;
  name->on_empty = data->config.on_empty;
  name->ttl_seconds = data->config.ttl_seconds;
  name->answers = data->config.answers;
  const auto before = names_.find(data->name);
  const auto apex = EnclosingZone(current_.zones, data->name);
  const NameData* apex_data =
      apex == nullptr ? nullptr : zones_.at(apex->name).from.get();
  for (size_t f = 0; f < kFamilies; ++f) {
    name->skip[f] = BothSkipLists(
        data->skip[f], apex_data == nullptr ? nullptr : apex_data->skip[f],
        nothing_skipped_);
  }

  if (name->mode == AnswerMode::kGroupConsistentHash) {
    name->ring = RingFor(*data);
  }
  if (name->mode == AnswerMode::kConsistentHash) {
    for (size_t f = 0; f < kFamilies; ++f) {
      const auto& set = data->addresses[f]->empty() && data->last_good[f]
                            ? data->last_good[f]
                            : data->addresses[f];
      if (before != names_.end() &&
          before->second->member_rings[f] != nullptr &&
          before->second->member_rings[f]->set == set) {
        name->member_rings[f] = before->second->member_rings[f];
      } else {
        name->member_rings[f] = BuildMemberRing(set, &pending_complaints_);
      }
    }
  }
  return name;
}

uint32_t SnapshotBuilder::RingFor(const NameData& name) {
  const ViewKey key{name.groups, name.config.panic_percent};
  const auto index = static_cast<uint32_t>(rings_.size());
  const auto [it, inserted] = ring_index_.try_emplace(key, index);
  if (inserted) {
    rings_.push_back(RingsOf(key));
    list_index_.try_emplace(key.list, index);
  }
  return it->second;
}

SnapshotBuilder::Rings SnapshotBuilder::RingsOf(const ViewKey& key) {
  const auto same = [&](const Rings& rings) {
    return Rings{key, rings.ring, rings.weightless};
  };
  if (const auto now = list_index_.find(key.list); now != list_index_.end()) {
    return same(rings_[now->second]);
  }
  if (const auto before = list_index_before_.find(key.list);
      before != list_index_before_.end()) {
    return same(rings_before_[before->second]);
  }
  std::vector<hashing::RingGroup> weighted;
  std::vector<hashing::RingGroup> weightless;
  weighted.reserve(key.list->size());
  for (const redis::WeightedGroup& group : *key.list) {
    if (group.weight == 0) {
      weightless.push_back({group.name, redis::kDefaultWeight});
    } else {
      weighted.push_back({group.name, group.weight});
    }
  }
  Rings rings;
  rings.key = key;
  rings.ring = BuildRing(std::move(weighted));
  if (!weightless.empty()) rings.weightless = BuildRing(std::move(weightless));
  return rings;
}

std::shared_ptr<const hashing::Ring> SnapshotBuilder::BuildRing(
    std::vector<hashing::RingGroup> groups) {
  const size_t size = groups.size();
  std::string error;
  std::shared_ptr<const hashing::Ring> ring =
      hashing::Ring::Create(std::move(groups), &error);
  if (ring != nullptr) return ring;
  pending_complaints_.push_back(
      absl::StrFormat("a ring of %d groups cannot be made: %s; its names fail",
                      size, Printable(error)));
  return hashing::Ring::Create({}, &error);
}

void SnapshotBuilder::RebuildRings(const Dataset& dataset,
                                   const DatasetChange& change,
                                   bool names_changed) {
  const std::vector<std::shared_ptr<const RingView>> before =
      std::move(current_.rings);
  current_.rings.clear();
  current_.rings.reserve(rings_.size());
  absl::flat_hash_map<const hashing::Ring*, const RingView*> by_ring;
  if (names_changed) {
    for (const auto& view : before)
      by_ring.emplace(view->ring.get(), view.get());
  }
  for (size_t i = 0; i < rings_.size(); ++i) {
    if (names_changed) {
      const auto same = by_ring.find(rings_[i].ring.get());
      current_.rings.push_back(BuildView(
          dataset, same == by_ring.end() ? nullptr : same->second, rings_[i]));
      continue;
    }
    // The names are the same, so the views have the same indexes.
    const Rings& rings = rings_[i];
    const bool touched = std::any_of(
        change.groups.begin(), change.groups.end(), [&](const auto& group) {
          return rings.ring->IndexOf(group).has_value() ||
                 (rings.weightless != nullptr &&
                  rings.weightless->IndexOf(group).has_value());
        });
    current_.rings.push_back(
        touched ? BuildView(dataset, before[i].get(), rings_[i]) : before[i]);
  }
}

std::shared_ptr<const RingView> SnapshotBuilder::BuildView(
    const Dataset& dataset, const RingView* before, const Rings& rings) const {
  auto view = std::make_shared<RingView>();
  view->ring = rings.ring;
  view->weightless = rings.weightless;
  if (health_ != nullptr) {
    const auto panics =
        health_->panic.find({rings.key.list.get(), rings.key.panic_percent});
    if (panics != health_->panic.end()) view->panics = panics->second;
  }
  const auto add = [&](const std::string& name) {
    const auto found = dataset.groups.find(name);
    view->groups.push_back(found != dataset.groups.end() ? found->second
                                                         : EmptyGroup(name));
    if (const auto local = local_.find(name); local != local_.end()) {
      auto with_local = std::make_shared<GroupData>(*view->groups.back());
      with_local->local = local->second;
      view->groups.back() = std::move(with_local);
    }
    view->groups.back() =
        WithHealth(view->groups.back(), health_.get(), view->panics);
    const GroupData& group = *view->groups.back();
    for (size_t f = 0; f < kFamilies; ++f) {
      if (!group.addresses[f]->empty() || group.last_good[f] != nullptr) {
        view->has_family[f] = true;
      }
    }
  };
  view->groups.reserve(view->ring->size());
  view->eligible.reserve(view->ring->size());
  for (size_t i = 0; i < view->ring->size(); ++i) {
    add(view->ring->name(i));
    view->eligible.push_back(MayEverAnswer(view->groups.back()->state));
  }
  if (view->weightless != nullptr) {
    for (size_t i = 0; i < view->weightless->size(); ++i) {
      add(view->weightless->name(i));
    }
  }
  if (holds_ != nullptr && before != nullptr) {
    view->holds = before->holds;
  } else if (holds_ != nullptr) {
    for (const auto& group : view->groups) {
      view->holds.push_back(holds_->Of(group->name));
    }
  }
  if (before != nullptr && before->table != nullptr &&
      before->eligible == view->eligible) {
    view->table = before->table;
  }
  return view;
}

void SnapshotBuilder::PutInForce(Dataset* dataset) const {
  for (const auto& [name, built] : zones_) {
    if (!built.zone->of_before) continue;
    const auto found = dataset->names.find(name);
    if (found == dataset->names.end()) continue;
    auto data = std::make_shared<NameData>(*found->second);
    data->config = ConfigInForce(data->config, *built.zone);
    found->second = std::move(data);
  }
}

std::shared_ptr<const Snapshot> SnapshotBuilder::AdoptTable(
    const std::shared_ptr<const hashing::OwnerTable>& table,
    int64_t unix_millis) {
  bool adopted = false;
  for (auto& view : current_.rings) {
    if (view->ring != table->ring() || view->eligible != table->enabled()) {
      continue;
    }
    auto with_table = std::make_shared<RingView>(*view);
    with_table->table = table;
    view = std::move(with_table);
    adopted = true;
  }
  return adopted ? Finish(unix_millis) : nullptr;
}

void SnapshotBuilder::Report(std::vector<std::string> complaints,
                             std::vector<std::string> shortcomings) {
  absl::flat_hash_set<std::string> now;
  for (const auto* sentences : {&complaints, &shortcomings}) {
    for (const std::string& sentence : *sentences) {
      if (now.insert(sentence).second && !complained_.contains(sentence)) {
        log_(Severity::kWarning, sentence);
      }
    }
  }
  for (const std::string& complaint : complained_) {
    if (!now.contains(complaint)) {
      log_(Severity::kInfo, "settled: " + complaint);
    }
  }
  if (now != complained_) {
    current_.complaints = SortedSet(std::move(complaints));
    current_.shortcomings = SortedSet(std::move(shortcomings));
  }
  complained_ = std::move(now);
}

std::shared_ptr<const Snapshot> SnapshotBuilder::Finish(int64_t unix_millis) {
  ++current_.generation;
  current_.built_unix_millis = unix_millis;
  return std::make_shared<const Snapshot>(current_);
}

}  // namespace groupring::backend
