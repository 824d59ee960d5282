#include "tests/backend/dataset_text.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace groupring::backend {
namespace {

using redis::AddressSet;
using redis::Family;

using Parser = std::optional<redis::AddressRange> (*)(Family, std::string_view);

std::vector<redis::AddressRange> Parse(Family family,
                                       const std::vector<std::string>& texts,
                                       Parser parse = &redis::ParseMember) {
  std::vector<redis::AddressRange> members;
  for (const std::string& text : texts) {
    auto member = parse(family, text);
    if (!member.has_value()) throw std::invalid_argument(text);
    members.push_back(*member);
  }
  return members;
}

std::shared_ptr<const AddressSet> MakeSet(
    const std::string& key, Family family,
    const std::vector<std::string>& texts) {
  return std::make_shared<AddressSet>(
      key + ":" + std::string(FamilyName(family)), family,
      Parse(family, texts));
}

// As the store does it: the previous set, when it was not empty.
template <typename Data>
void KeepLastGood(const Data* before, Data* now) {
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (!now->addresses[f]->empty()) {
      now->last_good[f] = now->addresses[f];
    } else if (before != nullptr) {
      now->last_good[f] = before->last_good[f];
    }
  }
}

}  // namespace

DatasetText::Name DatasetText::OnGroups(
    const std::vector<std::string>& groups) {
  Name name;
  name.config.answer = redis::AnswerMode::kGroupConsistentHash;
  for (const std::string& group : groups) name.groups.push_back({group, 100});
  return name;
}

DatasetText::Name DatasetText::Apex() {
  Name name;
  name.config.is_zone = true;
  name.config.soa = "ns1.example.net hostmaster.example.net 7 1 2 3 4";
  name.config.ns = {"ns1.example.net"};
  return name;
}

void DatasetText::Set(const std::string& name, const Name& contents) {
  auto data = std::make_shared<redis::NameData>();
  data->name = name;
  data->config = contents.config;
  // As of a CONFIG that says all of it.
  data->config_key = {1 << static_cast<int>(redis::ConfigField::kOther), true};
  std::vector<std::pair<std::string, uint32_t>> key;
  redis::GroupList groups = contents.groups;
  std::sort(groups.begin(), groups.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& group : groups) key.emplace_back(group.name, group.weight);
  auto& list = lists_[key];
  if (list == nullptr) {
    list = std::make_shared<const redis::GroupList>(groups);
  }
  data->groups = list;
  data->addresses = {MakeSet(name, Family::kA, contents.a),
                     MakeSet(name, Family::kAaaa, contents.aaaa)};
  data->skip = {std::make_shared<redis::SkipList>(
                    Parse(Family::kA, contents.skip_a, &redis::ParsePrefix)),
                std::make_shared<redis::SkipList>(Parse(
                    Family::kAaaa, contents.skip_aaaa, &redis::ParsePrefix))};
  const auto* const before = dataset_.names.Get(name);
  KeepLastGood(before == nullptr ? nullptr : before->get(), data.get());
  dataset_.names.Set(std::move(data));
}

void DatasetText::RemoveName(const std::string& name) {
  dataset_.names.erase(name);
}

void DatasetText::SetGroup(const std::string& group,
                           const std::vector<std::string>& a,
                           const std::vector<std::string>& aaaa,
                           redis::GroupState state) {
  auto data = std::make_shared<redis::GroupData>();
  data->name = group;
  data->addresses = {MakeSet(group, Family::kA, a),
                     MakeSet(group, Family::kAaaa, aaaa)};
  data->state = std::move(state);
  auto& slot = dataset_.groups[group];
  KeepLastGood(slot.get(), data.get());
  slot = std::move(data);
}

void DatasetText::Withhold(const std::string& group,
                           const std::vector<std::string>& addresses,
                           int64_t until, redis::WithheldCause cause) {
  auto changed = std::make_shared<redis::GroupData>(*dataset_.groups.at(group));
  std::array<std::vector<redis::WithheldAddress>, redis::kFamilies> withheld;
  for (const std::string& text : addresses) {
    const bool is_a = text.find(':') == std::string::npos;
    redis::WithheldAddress address;
    address.range = redis::ParsePrefix(
                        is_a ? redis::Family::kA : redis::Family::kAaaa, text)
                        .value();
    address.until = until;
    address.cause = cause;
    withheld[is_a ? 0 : 1].push_back(std::move(address));
  }
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    changed->withheld[f] =
        withheld[f].empty() ? nullptr
                            : std::make_shared<const redis::WithheldAddresses>(
                                  std::move(withheld[f]));
  }
  dataset_.groups[group] = std::move(changed);
}

redis::GroupState Disabled() {
  redis::GroupState state;
  state.state = redis::AdminState::kDisabled;
  return state;
}

}  // namespace groupring::backend
