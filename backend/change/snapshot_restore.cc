#include "backend/change/snapshot_restore.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "backend/change/config_key.h"
#include "redis/schema/keys.h"
#include "redis/schema/name_head.h"
#include "redis/schema/withheld.h"

namespace groupring::backend {
namespace {

using redis::ConfigField;
using redis::Dataset;
using redis::Family;
using redis::GroupData;
using redis::GroupList;
using redis::KeyKind;
using redis::kFamilies;
using redis::NameData;

constexpr ConfigField kFields[] = {
    ConfigField::kSoa,    ConfigField::kNs,      ConfigField::kTtl,
    ConfigField::kAnswer, ConfigField::kAnswers, ConfigField::kOnEmpty,
    ConfigField::kPanic,  ConfigField::kRecords,
};

// The value to write to CONFIG; "": none, because it is the default. By razor's
// rules a field without a value has the zone's, so every value of the name's
// own CONFIG is written.
std::string ConfigValueOf(ConfigField field, const NameData& name,
                          redis::Schema schema) {
  if (schema == redis::Schema::kRazor) {
    const bool is_own =
        (name.config_key.fields & 1 << static_cast<int>(field)) != 0;
    return is_own ? ConfigText(field, name) : "";
  }
  NameData bare;
  bare.name = name.name;
  bare.groups = name.groups;
  bare.config.answer = redis::DefaultAnswer(!name.groups->empty());
  std::string value = ConfigText(field, name);
  return value == ConfigText(field, bare) ? "" : value;
}

const redis::WeightedGroup* Find(const GroupList& list,
                                 const std::string& group) {
  const auto found =
      std::find_if(list.begin(), list.end(),
                   [&](const auto& member) { return member.name == group; });
  return found == list.end() ? nullptr : &*found;
}

// Makes the writes after which Redis holds the saved data, and notes the keys
// that they change of names and groups that Redis already holds.
class Restorer {
 public:
  // `schema`: whose rules both the saved data and that in Redis go by.
  Restorer(redis::Schema schema, Change* change)
      : schema_(schema), change_(change) {}

  const std::vector<std::string>& changed() const { return changed_; }

  // `now`: what Redis holds of it; null: nothing.
  void Put(const NameData& saved, const NameData* now, bool is_group) {
    // Keys that make no name may be left behind.
    if (now == nullptr) Write(redis::DeleteName{saved.name, is_group});
    PutConfig(saved, now);
    PutGroups(saved, now);
    // Those of a group of the same name are the same.
    if (!is_group) PutSets(saved, now);
    for (size_t f = 0; f < kFamilies; ++f) {
      const bool same = now == nullptr ? saved.skip[f]->empty()
                                       : *now->skip[f] == *saved.skip[f];
      if (same) continue;
      const auto family = static_cast<Family>(f);
      Write(redis::ReplaceSkipped{saved.name, family,
                                  saved.skip[f]->Prefixes(family)});
      Note(saved.name, KeyKind::kSkipList, family, now != nullptr);
    }
  }

  // A file without entries may be from a version that has none, so it removes
  // none.
  void Put(const redis::AffinityEntries* saved,
           const redis::AffinityEntries* now) {
    if (saved == nullptr || (now != nullptr && *saved == *now)) return;
    redis::SetAffinity set;
    redis::RemoveAffinity gone;
    std::map<std::string, const redis::AffinityEntry*> known;
    if (now != nullptr) {
      for (const redis::AffinityEntry& entry : *now) known[entry.text] = &entry;
    }
    for (const redis::AffinityEntry& entry : *saved) {
      const auto found = known.find(entry.text);
      if (found == known.end() || !(*found->second == entry)) {
        set.entries.push_back(entry);
      }
      if (found != known.end()) known.erase(found);
    }
    for (const auto& [text, entry] : known) gone.fields.push_back(text);
    if (!set.entries.empty()) Write(std::move(set));
    if (!gone.fields.empty()) Write(std::move(gone));
    if (now != nullptr) changed_.emplace_back(redis::kAffinityKey);
  }

  void Put(const GroupData& saved, const GroupData* now) {
    const redis::GroupState state =
        now == nullptr ? redis::GroupState() : now->state;
    if (!(saved.state == state)) {
      Write(redis::SetGroupState{saved.name, saved.state});
      Note(saved.name, KeyKind::kState, Family::kA, now != nullptr);
    }
    PutSets(saved, now);
    const redis::WithheldByFamily withheld =
        now == nullptr ? redis::WithheldByFamily() : now->withheld;
    if (redis::SameWithheld(saved.withheld, withheld)) return;
    redis::ReplaceWithheld write{saved.name, {}};
    for (const auto& family : saved.withheld) {
      if (family == nullptr) continue;
      write.addresses.insert(write.addresses.end(), family->entries().begin(),
                             family->entries().end());
    }
    Write(std::move(write));
    Note(saved.name, KeyKind::kDisabled, Family::kA, now != nullptr);
  }

 private:
  void Write(redis::Write write) {
    change_->writes.push_back(std::move(write));
  }

  void Note(const std::string& owner, KeyKind kind, Family family,
            bool is_there) {
    if (is_there) changed_.push_back(redis::MakeKey(owner, kind, family));
  }

  void PutConfig(const NameData& saved, const NameData* now) {
    bool differs = false;
    bool says_anything = !saved.groups->empty();
    for (const ConfigField field : kFields) {
      const std::string value = ConfigValueOf(field, saved, schema_);
      const std::string before =
          now == nullptr ? "" : ConfigValueOf(field, *now, schema_);
      says_anything = says_anything || !value.empty();
      if (value == before) continue;
      differs = true;
      if (value.empty()) {
        Write(redis::RemoveConfigField{saved.name, field});
      } else {
        Write(redis::SetConfigField{saved.name, field, value});
      }
    }
    // Without groups the name is there by its CONFIG alone, unless addresses
    // make one.
    if (schema_ == redis::Schema::kRazor &&
        !(saved.addresses[0]->empty() && saved.addresses[1]->empty())) {
      says_anything = true;
    }
    if (!says_anything && (now == nullptr || differs)) {
      Write(redis::SetConfigField{saved.name, ConfigField::kTtl,
                                  ConfigText(ConfigField::kTtl, saved)});
    }
    if (differs) Note(saved.name, KeyKind::kConfig, Family::kA, now != nullptr);
  }

  void PutGroups(const NameData& saved, const NameData* now) {
    const GroupList none;
    const GroupList& before = now == nullptr ? none : *now->groups;
    if (*saved.groups == before) return;
    for (const redis::WeightedGroup& group : *saved.groups) {
      const redis::WeightedGroup* const known = Find(before, group.name);
      if (known == nullptr) {
        const bool usual = group.weight == redis::kDefaultWeight;
        Write(redis::AddGroupToName{
            saved.name, group.name,
            usual ? std::nullopt : std::optional<uint32_t>(group.weight)});
      } else if (known->weight != group.weight) {
        Write(redis::SetWeight{saved.name, group.name, group.weight});
      }
    }
    if (!(saved.groups->course == before.course)) PutCourse(saved, before);
    for (const redis::WeightedGroup& group : before) {
      if (Find(*saved.groups, group.name) == nullptr) {
        Write(redis::RemoveGroupFromName{saved.name, group.name});
      }
    }
    Note(saved.name, KeyKind::kGroups, Family::kA, now != nullptr);
  }

  void PutCourse(const NameData& saved, const GroupList& before) {
    redis::EndWeightCourse end{saved.name, {}};
    for (const redis::WeightedGroup& group : before) {
      end.groups.push_back(group.name);
    }
    if (before.course.exists()) Write(std::move(end));
    redis::SetWeightCourse course{saved.name, saved.groups->course, {}};
    for (const redis::WeightedGroup& group : *saved.groups) {
      if (group.weight_before == 0) continue;
      course.before.push_back({group.name, group.weight_before});
    }
    if (saved.groups->course.exists()) Write(std::move(course));
  }

  template <typename Data>
  void PutSets(const Data& saved, const Data* now) {
    for (size_t f = 0; f < kFamilies; ++f) {
      const std::vector<std::string> members =
          saved.addresses[f]->MemberTexts();
      std::vector<std::string> before;
      if (now != nullptr) before = now->addresses[f]->MemberTexts();
      if (members == before) continue;
      const auto family = static_cast<Family>(f);
      Write(redis::ReplaceMembers{saved.name, family, members});
      Note(saved.name, KeyKind::kMembers, family, !before.empty());
    }
  }

  const redis::Schema schema_;
  Change* const change_;
  std::vector<std::string> changed_;
};

template <typename Map>
std::vector<std::string> SortedKeys(const Map& map) {
  std::vector<std::string> keys;
  keys.reserve(map.size());
  for (const auto& [key, data] : map) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

template <typename Map>
auto FindOrNull(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second.get();
}

void AddRemark(RemarkKind kind, std::vector<std::string> names,
               Change* change) {
  if (!names.empty()) change->remarks.push_back({kind, "", std::move(names)});
}

}  // namespace

absl::StatusOr<Change> RestoreSnapshot(const Dataset& current,
                                       const SavedData& saved) {
  const Dataset& data = saved.dataset;
  if (data.names.empty()) {
    return absl::InvalidArgumentError(
        "the file holds no names, so there is nothing to restore");
  }
  Change change;
  change.kind = redis::ChangeKind::kSnapshotRestore;
  change.before = DataSize{current.names.size(), current.groups.size()};
  change.after = DataSize{data.names.size(), data.groups.size()};
  change.remarks.push_back({RemarkKind::kSavedAt});
  change.remarks.back().number = saved.unix_millis / 1000;

  const bool by_razor = current.schema == redis::Schema::kRazor &&
                        data.schema == redis::Schema::kRazor;
  Restorer restorer(
      by_razor ? redis::Schema::kRazor : redis::Schema::kGroupring, &change);
  std::vector<std::string> names_added;
  std::vector<std::string> names_removed;
  std::vector<std::string> groups_added;
  for (const std::string& name : SortedKeys(current.names)) {
    if (data.names.contains(name)) continue;
    const bool is_group = data.groups.contains(name);
    change.writes.push_back(redis::DeleteName{name, is_group});
    names_removed.push_back(name);
  }
  for (const std::string& name : SortedKeys(data.names)) {
    const NameData* const now = FindOrNull(current.names, name);
    if (now == nullptr) names_added.push_back(name);
    restorer.Put(*data.names.at(name), now, data.groups.contains(name));
  }
  for (const std::string& group : SortedKeys(data.groups)) {
    const GroupData* const now = FindOrNull(current.groups, group);
    if (now == nullptr) groups_added.push_back(group);
    restorer.Put(*data.groups.at(group), now);
  }
  restorer.Put(data.affinity.get(), current.affinity.get());
  change.about.names = SortedKeys(data.names);
  change.about.groups = SortedKeys(data.groups);

  const size_t lost = restorer.changed().size() + names_removed.size();
  if (lost != 0) {
    change.objections.push_back({ObjectionKind::kOverwrites, ""});
    change.objections.back().count = lost;
  }
  AddRemark(RemarkKind::kNamesAdded, std::move(names_added), &change);
  AddRemark(RemarkKind::kGroupsAdded, std::move(groups_added), &change);
  AddRemark(RemarkKind::kKeysChanged, restorer.changed(), &change);
  AddRemark(RemarkKind::kNamesRemoved, std::move(names_removed), &change);
  if (change.writes.empty()) {
    change.remarks.push_back({RemarkKind::kHeldAlready});
  }
  return change;
}

}  // namespace groupring::backend
