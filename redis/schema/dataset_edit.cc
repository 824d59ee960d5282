#include "redis/schema/dataset_edit.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "redis/schema/affinity.h"
#include "redis/schema/group_list_edit.h"
#include "redis/schema/group_state.h"
#include "redis/schema/keys.h"
#include "redis/schema/members.h"
#include "redis/schema/name_head.h"
#include "redis/schema/razor_names.h"
#include "redis/schema/withheld.h"

namespace groupring::redis {
namespace {

RawValue ValueOf(std::vector<std::string> items) {
  return {RawValue::Kind::kValue, std::move(items)};
}

// The state as it is read back after it has been written.
GroupState ReadBack(const GroupState& state) {
  std::vector<std::string> items;
  for (auto& [field, value] : FieldsOf(state)) {
    items.emplace_back(field);
    items.push_back(std::move(value));
  }
  Complaints unused;
  return ParseGroupState("", ValueOf(std::move(items)), nullptr, &unused);
}

// An empty value removes the field.
void AssignField(ConfigField field, const std::string& value, NameData* name) {
  Complaints unused;
  const NameHead head = ParseConfigValue(*name, field, value, &unused);
  const NameConfig& from = head.config;
  NameConfig* const to = &name->config;
  switch (field) {
    case ConfigField::kSoa:
      to->is_zone = from.is_zone;
      to->soa = from.soa;
      break;
    case ConfigField::kNs:
      to->ns = from.ns;
      break;
    case ConfigField::kTtl:
      to->ttl_seconds = from.ttl_seconds;
      break;
    case ConfigField::kAnswer:
      to->answer = from.answer;
      name->config_key.gives_answer = head.config_key.gives_answer;
      break;
    case ConfigField::kAnswers:
      to->answers = from.answers;
      break;
    case ConfigField::kOnEmpty:
      to->on_empty = from.on_empty;
      break;
    case ConfigField::kPanic:
      to->panic_percent = from.panic_percent;
      break;
    case ConfigField::kRecords:
      to->records_json = from.records_json;
      break;
    case ConfigField::kOther:
      break;
  }
  const int bit = 1 << static_cast<int>(field);
  const int others = name->config_key.fields & ~bit;
  name->config_key.fields =
      static_cast<uint16_t>(others | head.config_key.fields);
}

// Replaces a set and keeps the last one that was not empty, as the store does.
template <typename Owner>
void PutSet(const std::shared_ptr<const AddressSet>& set, Owner* owner) {
  const auto family = static_cast<size_t>(set->family());
  if (!set->empty()) owner->last_good[family] = set;
  owner->addresses[family] = set;
}

void AddOnce(const std::string& name, std::vector<std::string>* all) {
  if (std::find(all->begin(), all->end(), name) == all->end()) {
    all->push_back(name);
  }
}

class Editor {
 public:
  explicit Editor(EditedDataset* edited)
      : names_(edited->dataset.names),
        groups_(edited->dataset.groups),
        edited_(edited) {}

  void operator()(const SetGroupState& write) {
    Group(write.group).state = ReadBack(write.state);
  }
  void operator()(const AddMembers& write) {
    std::vector<std::string> texts = TextsOf(write.owner, write.family);
    texts.insert(texts.end(), write.members.begin(), write.members.end());
    SetMembers(write.owner, write.family, std::move(texts));
  }
  void operator()(const RemoveMembers& write) {
    std::vector<std::string> texts = TextsOf(write.owner, write.family);
    for (const std::string& member : write.members) std::erase(texts, member);
    SetMembers(write.owner, write.family, std::move(texts));
  }
  void operator()(const SetWithheld& write) {
    RawValue raw = RawOfWithheld(write.group);
    for (const WithheldAddress& address : write.addresses) {
      Remove(address.range.text, &raw);
      raw.items.push_back(address.range.text);
      raw.items.push_back(WithheldValue(address));
    }
    PutWithheld(write.group, raw);
  }
  void operator()(const RemoveWithheld& write) {
    RawValue raw = RawOfWithheld(write.group);
    for (const std::string& field : write.fields) Remove(field, &raw);
    PutWithheld(write.group, raw);
  }
  void operator()(const AddSkipped& write) {
    // A skip list alone makes no name.
    if (!names_.contains(write.name)) return;
    auto& skip = Name(write.name).skip[static_cast<size_t>(write.family)];
    skip = std::make_shared<SkipList>(
        SkipList::Union(*skip, SkipListOf(write.family, {write.member})));
  }
  void operator()(const RemoveSkipped& write) {
    if (!names_.contains(write.name)) return;
    Name(write.name).skip[static_cast<size_t>(write.family)] =
        std::make_shared<SkipList>(SkipListOf(write.family, write.remaining));
  }
  void operator()(const ReplaceMembers& write) {
    SetMembers(write.owner, write.family, write.members);
  }
  void operator()(const ReplaceSkipped& write) {
    if (!names_.contains(write.name)) return;
    Name(write.name).skip[static_cast<size_t>(write.family)] =
        std::make_shared<SkipList>(SkipListOf(write.family, write.members));
  }
  void operator()(const ReplaceWithheld& write) {
    PutWithheld(write.group, ValueOf({}));
    if (!write.addresses.empty()) {
      (*this)(SetWithheld{write.group, write.addresses});
    }
  }
  // The dataset does not contain how groups are checked.
  void operator()(const SetHealthPause&) {}
  void operator()(const SetConfigField& write) {
    AssignField(write.field, write.value, &Name(write.name));
  }
  void operator()(const RemoveConfigField& write) {
    if (!names_.contains(write.name)) return;
    AssignField(write.field, "", &Name(write.name));
    RemoveIfGone(write.name);
  }
  void operator()(const AddGroupToName& write) {
    if (!groups_.contains(write.group)) Group(write.group);
    NameData& name = Name(write.name);
    PutGroups(Edited(*name.groups, write), &name);
  }
  void operator()(const RemoveGroupFromName& write) {
    EditGroups(write);
    if (names_.contains(write.name)) RemoveIfGone(write.name);
  }
  void operator()(const SetWeight& write) { EditGroups(write); }
  void operator()(const SetWeightCourse& write) { EditGroups(write); }
  void operator()(const EndWeightCourse& write) { EditGroups(write); }
  void operator()(const DeleteName& write) {
    if (names_.erase(write.name) == 0) return;
    AddOnce(write.name, &edited_->touched.names);
    if (!write.keep_members && groups_.contains(write.name)) {
      SetMembers(write.name, Family::kA, {});
      SetMembers(write.name, Family::kAaaa, {});
    }
  }
  void operator()(const SetAffinity& write) {
    Dataset& dataset = edited_->dataset;
    dataset.affinity = WithEntries(dataset.affinity, write.entries);
    edited_->touched.affinity = true;
  }
  void operator()(const RemoveAffinity& write) {
    Dataset& dataset = edited_->dataset;
    dataset.affinity = WithoutFields(dataset.affinity, write.fields);
    edited_->touched.affinity = true;
  }
  void operator()(const SetAccepted& write) {
    edited_->dataset.accepted_unix_millis = write.acceptance.unix_millis;
  }

 private:
  // A copy that may be changed, or a new object. Valid until the next call for
  // the same name.
  template <typename Map>
  auto& Changeable(const std::string& name, Map* map) {
    using Data = std::remove_const_t<typename Map::mapped_type::element_type>;
    const auto found = map->find(name);
    const bool is_new = found == map->end();
    auto copy = is_new ? std::make_shared<Data>()
                       : std::make_shared<Data>(*found->second);
    if (is_new) {
      copy->name = name;
      for (const Family family : {Family::kA, Family::kAaaa}) {
        PutSet(MakeSet(name, family, TextsOf(name, family)), copy.get());
      }
    }
    Data& changeable = *copy;
    Put(std::move(copy), map);
    return changeable;
  }
  static void Put(std::shared_ptr<const NameData> name,
                  SharedMap<NameData>* names) {
    names->Set(std::move(name));
  }
  static void Put(std::shared_ptr<const GroupData> group,
                  decltype(Dataset::groups)* groups) {
    std::shared_ptr<const GroupData>& place = (*groups)[group->name];
    place = std::move(group);
  }
  GroupData& Group(const std::string& group) {
    AddOnce(group, &edited_->touched.groups);
    return Changeable(group, &groups_);
  }
  NameData& Name(const std::string& name) {
    AddOnce(name, &edited_->touched.names);
    NameData& data = Changeable(name, &names_);
    if (data.groups == nullptr) {
      data.groups = std::make_shared<GroupList>();
      for (auto& skip : data.skip) skip = std::make_shared<SkipList>();
    }
    return data;
  }

  // A group and a name that have the same name share their sets.
  std::vector<std::string> TextsOf(const std::string& owner,
                                   Family family) const {
    const auto f = static_cast<size_t>(family);
    if (const auto group = groups_.find(owner);
        group != groups_.end() && group->second != nullptr) {
      return group->second->addresses[f]->Texts();
    }
    if (const auto name = names_.find(owner);
        name != names_.end() && name->second != nullptr) {
      return name->second->addresses[f]->Texts();
    }
    return {};
  }
  std::shared_ptr<const AddressSet> MakeSet(
      const std::string& owner, Family family,
      std::vector<std::string> texts) const {
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    const std::string key = MakeKey(owner, KeyKind::kMembers, family);
    Complaints unused;
    return std::make_shared<const AddressSet>(
        key, family,
        ParseMembers(key, family, ValueOf(std::move(texts)), &unused,
                     edited_->dataset.schema));
  }
  void SetMembers(const std::string& owner, Family family,
                  std::vector<std::string> texts) {
    const auto set = MakeSet(owner, family, std::move(texts));
    const bool is_name =
        names_.contains(owner) || (MakesRazorName(owner) && !set->empty());
    if (groups_.contains(owner) || !is_name) PutSet(set, &Group(owner));
    if (!is_name) return;
    PutSet(set, &Name(owner));
    if (edited_->dataset.schema == Schema::kRazor) RemoveIfGone(owner);
  }
  // `<group>:DISABLED` as it is in Redis.
  RawValue RawOfWithheld(const std::string& group) const {
    std::vector<std::string> items;
    const auto found = groups_.find(group);
    if (found == groups_.end()) return ValueOf(std::move(items));
    for (const auto& withheld : found->second->withheld) {
      if (withheld == nullptr) continue;
      for (const WithheldAddress& address : withheld->entries()) {
        items.push_back(address.range.text);
        items.push_back(WithheldValue(address));
      }
    }
    return ValueOf(std::move(items));
  }
  static void Remove(const std::string& field, RawValue* raw) {
    for (size_t i = 0; i + 1 < raw->items.size(); i += 2) {
      if (raw->items[i] != field) continue;
      const auto at = raw->items.begin() + static_cast<ptrdiff_t>(i);
      raw->items.erase(at, at + 2);
      return;
    }
  }
  void PutWithheld(const std::string& group, const RawValue& raw) {
    Complaints unused;
    Group(group).withheld = ParseWithheld("", raw, {}, &unused);
  }
  SkipList SkipListOf(Family family, std::vector<std::string> members) const {
    Complaints unused;
    return SkipList(ParseSkipList("", family, ValueOf(std::move(members)),
                                  &unused, edited_->dataset.schema));
  }

  template <typename Write>
  void EditGroups(const Write& write) {
    if (!names_.contains(write.name)) return;
    NameData& name = Name(write.name);
    PutGroups(Edited(*name.groups, write), &name);
  }
  static void PutGroups(GroupList groups, NameData* name) {
    if (!name->config_key.gives_answer) {
      name->config.answer = DefaultAnswer(!groups.empty());
    }
    name->groups = std::make_shared<const GroupList>(std::move(groups));
  }
  // Whether addresses make it a name, if it is in a zone.
  bool MakesRazorName(const std::string& owner) const {
    return edited_->dataset.schema == Schema::kRazor && MayBeRazorName(owner);
  }
  // CONFIG and GROUPS make a name.
  void RemoveIfGone(const std::string& name) {
    const auto found = names_.find(name);
    if (found == names_.end() || found->second->config_key.fields != 0 ||
        !found->second->groups->empty()) {
      return;
    }
    const auto& [a, aaaa] = found->second->addresses;
    if (MakesRazorName(name) && !(a->empty() && aaaa->empty())) return;
    names_.erase(name);
  }
  decltype(Dataset::names)& names_;
  decltype(Dataset::groups)& groups_;
  EditedDataset* const edited_;
};

// Applies razor's rules to names that were edited and those that depend on
// them.
void ApplyRules(const SharedMap<NameData>& known, EditedDataset* edited) {
  SharedMap<NameData>& names = edited->dataset.names;
  NameMap read;
  for (const std::string& name : edited->touched.names) {
    const auto found = names.find(name);
    read[name] = found == names.end() ? nullptr : found->second;
  }
  ApplyRazorRules(known, &read);
  for (auto& [name, data] : read) {
    const auto before = known.find(name);
    const bool same =
        before == known.end() ? data == nullptr : before->second == data;
    if (data == nullptr) {
      names.erase(name);
    } else {
      names.Set(data);
    }
    if (!same) AddOnce(name, &edited->touched.names);
  }
}

}  // namespace

EditedDataset Apply(const WriteBatch& batch, Dataset before) {
  std::optional<SharedMap<NameData>> known;
  if (before.schema == Schema::kRazor) known = before.names;
  EditedDataset edited{std::move(before), {}};
  Editor editor(&edited);
  for (const Write& write : batch) std::visit(editor, write);
  if (known) ApplyRules(*known, &edited);
  return edited;
}

}  // namespace groupring::redis
