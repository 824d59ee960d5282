#include "backend/state/health_json.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using nlohmann::json;
using redis::AddressConclusion;
using redis::GroupHealth;
using redis::HealthConclusions;
using redis::kFamilies;

constexpr const char* kFamilyKeys[] = {"a", "aaaa"};

json FamiliesToJson(const std::array<bool, kFamilies>& families) {
  json array = json::array();
  for (size_t f = 0; f < kFamilies; ++f) {
    if (families[f]) array.push_back(kFamilyKeys[f]);
  }
  return array;
}

std::array<bool, kFamilies> FamiliesFromJson(const json& array) {
  std::array<bool, kFamilies> families{};
  for (const json& text : array) {
    for (size_t f = 0; f < kFamilies; ++f) {
      if (text == kFamilyKeys[f]) families[f] = true;
    }
  }
  return families;
}

json ToJson(const AddressConclusion& down) {
  json object = {{"since", down.since_unix_millis},
                 {"down_votes", down.down_votes},
                 {"votes", down.votes}};
  if (down.verdict != nullptr) {
    object["reason"] = ToText(down.verdict->reason);
    object["text"] = down.verdict->text;
  }
  return object;
}

// Null: it has no effect.
json ToJson(const GroupHealth& health) {
  json down = json::object();
  std::array<bool, kFamilies> too_few{};
  for (size_t f = 0; health.acts && f < kFamilies; ++f) {
    too_few[f] = health.families[f].below_minimum;
    const auto& members = health.inputs.sets[f]->members();
    for (size_t i = 0; i < members.size(); ++i) {
      const AddressConclusion& one = health.families[f].addresses[i];
      if (one.is_down()) down[members[i].text] = ToJson(one);
    }
  }
  json object = json::object();
  if (!down.empty()) object["down"] = std::move(down);
  if (too_few[0] || too_few[1]) object["too_few_up"] = FamiliesToJson(too_few);
  if (health.return_millis != 0) {
    object["return"] = {health.return_start_unix_millis, health.return_millis};
  }
  return object.empty() ? json() : object;
}

redis::AddressVerdict VerdictFromJson(const std::string& address,
                                      const json& object) {
  redis::AddressVerdict verdict;
  verdict.address = address;
  verdict.verdict = redis::Verdict::kDown;
  verdict.since_unix_millis = object.at("since").get<int64_t>();
  verdict.reason =
      redis::Parse<redis::VerdictReason>(object.value("reason", std::string()))
          .value_or(redis::VerdictReason::kConnectTimeout);
  verdict.text = object.value("text", std::string());
  return verdict;
}

std::shared_ptr<const GroupHealth> GroupFromJson(
    const json& object, const redis::GroupData& group) {
  const json down = object.value("down", json::object());
  auto said = std::make_shared<redis::Verdicts>();
  for (const auto& [address, fields] : down.items()) {
    said->push_back(VerdictFromJson(address, fields));
  }
  std::sort(said->begin(), said->end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  auto health = std::make_shared<GroupHealth>();
  health->inputs.sets = group.addresses;
  const auto too_few =
      FamiliesFromJson(object.value("too_few_up", json::array()));
  for (size_t f = 0; f < kFamilies; ++f) {
    redis::FamilyHealth& family = health->families[f];
    family.below_minimum = too_few[f];
    for (const redis::AddressRange& member : group.addresses[f]->members()) {
      AddressConclusion one;
      if (const auto found = down.find(member.text); found != down.end()) {
        one.health = redis::AddressHealth::kDown;
        one.since_unix_millis = found->at("since").get<int64_t>();
        one.down_votes = found->at("down_votes").get<uint32_t>();
        one.votes = found->at("votes").get<uint32_t>();
        one.verdict = redis::FindVerdict(*said, member.text);
      }
      if (!one.is_down()) ++family.up;
      family.addresses.push_back(one);
    }
  }
  if (const auto ramp = object.find("return"); ramp != object.end()) {
    health->return_start_unix_millis = ramp->at(0).get<int64_t>();
    health->return_millis = ramp->at(1).get<int64_t>();
    if (health->return_start_unix_millis < 0 || health->return_millis < 0) {
      throw std::out_of_range("\"return\" has a negative time");
    }
  }
  auto verdicts = std::make_shared<redis::GroupVerdicts>();
  verdicts->check = std::make_shared<const redis::CheckSettings>();
  verdicts->by_checker = {{"", std::move(said)}};
  health->inputs.verdicts = std::move(verdicts);
  return health;
}

}  // namespace

json HealthToJson(const SavedHealth& health, const redis::Dataset& dataset) {
  if (health.conclusions == nullptr) return {};
  json groups = json::object();
  for (const auto& [name, group] : health.conclusions->groups) {
    json object = ToJson(*group);
    if (!object.is_null()) groups[name] = std::move(object);
  }
  if (groups.empty()) return {};
  json ignored = json::object();
  // A look at all names for the sake of those that panic.
  if (!health.conclusions->panic.empty()) {
    for (const auto& [name, data] : dataset.names) {
      const auto panic =
          health.conclusions->panic.find(redis::PanicScopeOf(*data));
      if (panic == health.conclusions->panic.end()) continue;
      ignored[name] = FamiliesToJson(panic->second);
    }
  }
  json object = {{"time", health.unix_millis}, {"groups", std::move(groups)}};
  if (!ignored.empty()) object["ignored"] = std::move(ignored);
  return object;
}

SavedHealth HealthFromJson(const json& object, const redis::Dataset& dataset) {
  auto conclusions = std::make_shared<HealthConclusions>();
  conclusions->source = redis::HealthSource::kLive;
  for (const auto& [name, fields] : object.at("groups").items()) {
    const auto group = dataset.groups.find(name);
    if (group == dataset.groups.end()) continue;
    conclusions->groups[name] = GroupFromJson(fields, *group->second);
  }
  const json ignored = object.value("ignored", json::object());
  for (const auto& [name, families] : ignored.items()) {
    const auto data = dataset.names.find(name);
    if (data == dataset.names.end()) continue;
    conclusions->panic[redis::PanicScopeOf(*data->second)] =
        FamiliesFromJson(families);
  }
  return {std::move(conclusions), object.at("time").get<int64_t>()};
}

}  // namespace groupring::backend
