#include "backend/control/edit.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using redis::AddressRange;
using redis::AddressSet;
using redis::Family;
using redis::kFamilies;

template <typename Owner>
void FillIn(const std::string& name, Owner* owner) {
  owner->name = name;
  for (size_t f = 0; f < kFamilies; ++f) {
    const auto family = static_cast<Family>(f);
    owner->addresses[f] = std::make_shared<AddressSet>(
        redis::MakeKey(name, redis::KeyKind::kMembers, family), family,
        std::vector<AddressRange>());
  }
}

template <typename Map>
auto& Changeable(const std::string& name, Map* map,
                 std::vector<std::string>* touched) {
  using Shared = typename Map::mapped_type;
  using Data = std::remove_const_t<typename Shared::element_type>;
  auto& slot = (*map)[name];
  auto copy = slot == nullptr ? std::make_shared<Data>()
                              : std::make_shared<Data>(*slot);
  if (slot == nullptr) FillIn(name, copy.get());
  Data& changeable = *copy;
  slot = std::move(copy);
  if (std::find(touched->begin(), touched->end(), name) == touched->end()) {
    touched->push_back(name);
  }
  return changeable;
}

bool SameRange(const AddressRange& a, const AddressRange& b) {
  return a.family == b.family && a.first == b.first &&
         a.prefix_length == b.prefix_length;
}

bool Holds(const std::vector<AddressRange>& ranges, const AddressRange& range) {
  return std::any_of(
      ranges.begin(), ranges.end(),
      [&](const AddressRange& other) { return SameRange(other, range); });
}

}  // namespace

redis::GroupData& DatasetEdit::Group(const std::string& group) {
  return Changeable(group, &dataset_.groups, &touched_.groups);
}

redis::NameData& DatasetEdit::Name(const std::string& name) {
  redis::NameData& data = Changeable(name, &dataset_.names, &touched_.names);
  if (data.groups == nullptr) {
    data.groups = std::make_shared<redis::GroupList>();
    for (auto& skip : data.skip) skip = std::make_shared<redis::SkipList>();
  }
  return data;
}

void DatasetEdit::RemoveName(const std::string& name) {
  dataset_.names.erase(name);
  touched_.names.push_back(name);
}

const AddressRange* FindMember(const AddressSet& set,
                               const AddressRange& range) {
  for (const AddressRange& member : set.members()) {
    if (SameRange(member, range)) return &member;
  }
  return nullptr;
}

std::shared_ptr<const AddressSet> WithMembers(
    const AddressSet& set, const std::vector<AddressRange>& more) {
  std::vector<AddressRange> members = set.members();
  for (const AddressRange& range : more) {
    if (!Holds(members, range)) members.push_back(range);
  }
  return std::make_shared<AddressSet>(set.key(), set.family(),
                                      std::move(members));
}

std::shared_ptr<const AddressSet> WithoutMembers(
    const AddressSet& set, const std::vector<AddressRange>& less) {
  std::vector<AddressRange> members;
  for (const AddressRange& range : set.members()) {
    if (!Holds(less, range)) members.push_back(range);
  }
  return std::make_shared<AddressSet>(set.key(), set.family(),
                                      std::move(members));
}

}  // namespace groupring::backend
