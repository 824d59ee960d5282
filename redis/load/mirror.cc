#include "redis/load/mirror.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "redis/schema/razor_names.h"

namespace groupring::redis {
namespace {

template <typename Map>
typename Map::mapped_type FindOrNull(const Map& map, const std::string& key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : it->second;
}

}  // namespace

void Mirror::Stage(const std::vector<NameReading>& readings, Staged* staged) {
  for (const NameReading& reading : readings) {
    staged->names[reading.name] =
        BuildName(reading, FindOrNull(dataset_.names, reading.name), &lists_,
                  &staged->findings, dataset_.schema);
  }
}

void Mirror::Stage(const std::vector<GroupReading>& readings,
                   Staged* staged) const {
  for (const GroupReading& reading : readings) {
    staged->groups[reading.name] =
        BuildGroup(reading, FindOrNull(dataset_.groups, reading.name),
                   &staged->findings, dataset_.schema);
  }
}

void Mirror::StageAffinity(const RawValue& reading, Staged* staged) const {
  staged->affinity =
      BuildAffinity(reading, dataset_.affinity, &staged->findings);
  const auto& entries = *staged->affinity;
  const size_t fields = reading.items.size() / 2;
  const size_t counted = entries == nullptr ? 0 : entries->size();
  // Of what cannot be read the entries stay, which are no fields.
  staged->affinity_left_out = fields - std::min(fields, counted);
}

void Mirror::ApplyRules(Staged* staged) const {
  if (dataset_.schema == Schema::kRazor) {
    ApplyRazorRules(dataset_.names, &staged->names);
  }
}

KeySelection Mirror::GroupsOf(const Staged& staged, bool all) const {
  KeySelection groups;
  absl::flat_hash_set<const GroupList*> seen;
  const auto add = [&](const std::shared_ptr<const GroupList>& list) {
    if (!seen.insert(list.get()).second) return;
    for (const WeightedGroup& group : *list) {
      if (staged.groups.contains(group.name)) continue;
      if (all || !dataset_.groups.contains(group.name)) {
        groups.groups[group.name] = GroupParts::All();
      }
    }
  };
  for (const auto& [name, data] : staged.names) {
    if (data != nullptr) add(data->groups);
  }
  // Of a million names, so not at every reading.
  if (!all) return groups;
  for (const auto& [name, data] : dataset_.names) {
    if (!staged.names.contains(name)) add(data->groups);
  }
  return groups;
}

void Mirror::Adopt(const Dataset& dataset) {
  const Schema schema = dataset_.schema;
  dataset_ = dataset;
  dataset_.schema = schema;
  for (const auto& [name, data] : dataset.names) {
    std::shared_ptr<const GroupList> list = lists_.Intern(data->groups);
    lists_.AddUser(list);
    if (list == data->groups) continue;
    auto own = std::make_shared<NameData>(*data);
    own->groups = std::move(list);
    dataset_.names.Set(std::move(own));
  }
}

namespace {

// Members of both families; of one that is empty those that are known from
// before.
template <typename Data>
size_t CountAddresses(const Data& data) {
  size_t count = 0;
  for (size_t f = 0; f < kFamilies; ++f) {
    const auto& set = data.addresses[f]->empty() && data.last_good[f] != nullptr
                          ? data.last_good[f]
                          : data.addresses[f];
    count += set->members().size();
  }
  return count;
}

template <typename Data>
size_t CountPresent(const Data& data) {
  return data.addresses[0]->members().size() +
         data.addresses[1]->members().size();
}

template <typename Known, typename Data>
void CompareAddresses(
    const Known& known,
    const absl::flat_hash_map<std::string, std::shared_ptr<const Data>>& staged,
    Returned* addresses) {
  for (const auto& [owner, data] : known) {
    const size_t had = CountAddresses(*data);
    addresses->known += had;
    const std::shared_ptr<const Data> now = FindOrNull(staged, owner);
    if (now == nullptr) continue;
    addresses->returned += std::min(had, CountPresent(*now));
  }
}

}  // namespace

LossEvidence Mirror::Compare(const Staged& staged) const {
  LossEvidence evidence;
  evidence.of_known.names.known = dataset_.names.size();
  for (const auto& [name, data] : staged.names) {
    if (data == nullptr) continue;
    evidence.names.insert(name);
    if (dataset_.names.contains(name)) ++evidence.of_known.names.returned;
  }
  absl::flat_hash_set<const GroupList*> lists;
  absl::flat_hash_set<std::string> groups;
  for (const auto& [name, data] : staged.names) {
    if (data == nullptr || !lists.insert(data->groups.get()).second) continue;
    for (const WeightedGroup& group : *data->groups) groups.insert(group.name);
  }
  evidence.of_known.groups.known = dataset_.groups.size();
  for (const auto& [group, data] : dataset_.groups) {
    if (groups.contains(group)) ++evidence.of_known.groups.returned;
  }
  Returned* const addresses = &evidence.of_known.addresses;
  CompareAddresses(dataset_.groups, staged.groups, addresses);
  CompareAddresses(dataset_.names, staged.names, addresses);
  return evidence;
}

bool Mirror::LeavesNoName(const Staged& staged) const {
  if (dataset_.names.empty()) return false;
  const auto exists = [](const auto& entry) { return entry.second != nullptr; };
  const auto is_staged = [&](const auto& entry) {
    return staged.names.contains(entry.first);
  };
  return std::none_of(staged.names.begin(), staged.names.end(), exists) &&
         std::all_of(dataset_.names.begin(), dataset_.names.end(), is_staged);
}

DatasetChange Mirror::Commit(const Staged& staged) {
  if (staged.generation) dataset_.generation = *staged.generation;
  if (staged.accepted_unix_millis) {
    dataset_.accepted_unix_millis = *staged.accepted_unix_millis;
  }
  DatasetChange change;
  if (staged.affinity && *staged.affinity != dataset_.affinity) {
    dataset_.affinity = *staged.affinity;
    change.affinity = true;
  }
  if (staged.affinity_left_out) affinity_left_out_ = *staged.affinity_left_out;
  bool lists_changed = false;
  for (const auto& [name, data] : staged.names) {
    const std::shared_ptr<const NameData> before =
        FindOrNull(dataset_.names, name);
    if (before == data) continue;
    if (data != nullptr) lists_.AddUser(data->groups);
    if (before != nullptr) lists_.RemoveUser(before->groups);
    if (data == nullptr || before == nullptr ||
        data->groups != before->groups) {
      lists_changed = true;
    }
    if (data != nullptr) {
      dataset_.names.Set(data);
    } else {
      dataset_.names.erase(name);
    }
    change.names.push_back(name);
  }
  for (const auto& [group, data] : staged.groups) {
    if (!lists_.HasGroup(group)) continue;
    std::shared_ptr<const GroupData>& current = dataset_.groups[group];
    if (current == data) continue;
    current = data;
    change.groups.push_back(group);
  }
  if (lists_changed) {
    absl::erase_if(dataset_.groups, [&](const auto& entry) {
      if (lists_.HasGroup(entry.first)) return false;
      change.groups.push_back(entry.first);
      return true;
    });
    lists_.Prune();
  }
  return change;
}

}  // namespace groupring::redis
