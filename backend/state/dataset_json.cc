#include "backend/state/dataset_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/state/affinity_json.h"
#include "backend/state/dataset_json_keys.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/withheld.h"

namespace groupring::backend {
namespace {

using nlohmann::json;
using redis::AddressSet;
using redis::ConfigField;
using redis::Family;
using redis::GroupData;
using redis::GroupList;
using redis::kFamilies;
using redis::NameData;
using Sets = std::array<std::shared_ptr<const AddressSet>, kFamilies>;

// An empty set, and a last good set that is the set itself, are left out.
void PutSets(const Sets& sets, const Sets& last_good, json* object) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!sets[f]->empty()) (*object)[kSetKeys[f]] = sets[f]->MemberTexts();
    if (last_good[f] != nullptr && last_good[f] != sets[f]) {
      (*object)[kLastGoodKeys[f]] = last_good[f]->MemberTexts();
    }
  }
}

json ConfigToJson(const redis::NameConfig& config) {
  json object = {{"ttl", config.ttl_seconds},
                 {"answer", ToText(config.answer)},
                 {"answers", config.answers},
                 {"on_empty", ToText(config.on_empty)}};
  if (config.panic_percent) object["panic"] = *config.panic_percent;
  if (config.is_zone) object["soa"] = config.soa;
  if (!config.ns.empty()) object["ns"] = config.ns;
  if (!config.records_json.empty()) object["records"] = config.records_json;
  return object;
}

// Names of fields that a name's CONFIG has, by the bits of ConfigKey.
json FieldsToJson(uint16_t fields) {
  json names = json::array();
  for (int bit = 0; bit < static_cast<int>(ConfigField::kOther); ++bit) {
    if ((fields & 1 << bit) != 0) {
      names.push_back(ToText(static_cast<ConfigField>(bit)));
    }
  }
  return names;
}

json StateToJson(const redis::GroupState& state) {
  return {{"state", ToText(state.state)},
          {"start", state.start},
          {"duration", state.duration},
          {"until", state.until},
          {"since", state.since},
          {"reason", state.reason},
          {"by", state.by}};
}

json WithheldToJson(const redis::WithheldByFamily& withheld) {
  json object = json::object();
  for (const auto& family : withheld) {
    if (family == nullptr) continue;
    for (const redis::WithheldAddress& address : family->entries()) {
      object[address.range.text] = {{"until", address.until},
                                    {"since", address.since},
                                    {"reason", address.reason},
                                    {"by", address.by}};
    }
  }
  return object;
}

// More than most names take; of zones there are few.
constexpr size_t kBytesPerName = 192;

struct Gone {
  std::vector<std::string> affinity;
  std::vector<std::string> names;
  std::vector<std::string> groups;
};

std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string GroupsToText(const redis::Dataset& dataset) {
  json groups = json::object();
  for (const auto& [name, data] : dataset.groups) {
    json object = json::object();
    PutSets(data->addresses, data->last_good, &object);
    if (data->state != redis::GroupState()) {
      object["state"] = StateToJson(data->state);
    }
    json disabled = WithheldToJson(data->withheld);
    if (!disabled.empty()) object["disabled"] = std::move(disabled);
    groups[name] = std::move(object);
  }
  return Text(groups);
}

json NameToJson(const NameData& data, size_t list, redis::Schema schema) {
  json object = {{"config", ConfigToJson(data.config)}, {"groups", list}};
  // A restore writes what was the name's own.
  if (schema == redis::Schema::kRazor) {
    object["own"] = FieldsToJson(data.config_key.fields);
    object["inherited"] = FieldsToJson(data.config_key.inherited);
  }
  PutSets(data.addresses, data.last_good, &object);
  for (size_t f = 0; f < kFamilies; ++f) {
    const auto skipped = data.skip[f]->Prefixes(static_cast<Family>(f));
    if (!skipped.empty()) object[f == 0 ? "skip_a" : "skip_aaaa"] = skipped;
  }
  return object;
}

// As text, since a million names as JSON would take gigabytes.
std::string Encoded(const redis::Dataset& dataset, const std::string& affinity,
                    const json& health, const Gone& gone) {
  // Sorted, so that the lists have the same indexes each time.
  std::vector<const NameData*> sorted;
  sorted.reserve(dataset.names.size());
  for (const auto& [name, data] : dataset.names) sorted.push_back(data.get());
  std::sort(
      sorted.begin(), sorted.end(),
      [](const NameData* a, const NameData* b) { return a->name < b->name; });
  std::map<const GroupList*, size_t> list_index;
  json lists = json::array();
  for (const NameData* data : sorted) {
    const auto [it, inserted] =
        list_index.try_emplace(data->groups.get(), lists.size());
    if (!inserted) continue;
    json entries = json::array();
    for (const redis::WeightedGroup& group : *data->groups) {
      json entry = {group.name, group.weight};
      if (data->groups->course.exists() && group.weight_before != 0) {
        entry.push_back(group.weight_before);
        entry.push_back(data->groups->course.start);
        entry.push_back(data->groups->course.duration);
      }
      entries.push_back(std::move(entry));
    }
    lists.push_back(std::move(entries));
  }
  // In the order of the alphabet, and names behind their lists.
  std::string text =
      absl::StrFormat("{\"accepted\":%d", dataset.accepted_unix_millis);
  const auto add = [&](const char* key, const std::string& value) {
    text += absl::StrFormat(",\"%s\":", key);
    text += value;
  };
  if (!affinity.empty()) add("affinity", affinity);
  add("generation", absl::StrFormat("%d", dataset.generation));
  if (!gone.affinity.empty()) add(kGoneAffinity, Text(gone.affinity));
  if (!gone.groups.empty()) add(kGoneGroups, Text(gone.groups));
  if (!gone.names.empty()) add(kGoneNames, Text(gone.names));
  add("groups", GroupsToText(dataset));
  if (!health.is_null()) add("health", Text(health));
  add("lists", Text(lists));
  add("names", "{");
  // Once, or growing would need twice the memory.
  text.reserve(text.size() + kBytesPerName * sorted.size());
  bool is_first = true;
  for (const NameData* data : sorted) {
    if (!std::exchange(is_first, false)) text += ',';
    text += Text(data->name);
    text += ':';
    text += Text(
        NameToJson(*data, list_index.at(data->groups.get()), dataset.schema));
  }
  text += '}';
  if (dataset.schema == redis::Schema::kRazor) add("schema", Text(kRazorName));
  text += '}';
  return text;
}

}  // namespace

std::string DatasetToJson(const redis::Dataset& dataset,
                          const SavedHealth& health) {
  return Encoded(dataset,
                 AffinityToJson(nullptr, dataset.affinity.get()).written,
                 HealthToJson(health, dataset), {});
}

std::string ChangesToJson(const redis::Dataset& before,
                          const redis::Dataset& now,
                          const SavedHealth& health) {
  redis::Dataset changed;
  changed.schema = now.schema;
  changed.generation = now.generation;
  changed.accepted_unix_millis = now.accepted_unix_millis;
  Gone gone;
  SharedMap<NameData>::ForEachDifference(
      before.names, now.names, [&](const NameData* was, const NameData* is) {
        if (is == nullptr) {
          gone.names.push_back(was->name);
        } else {
          changed.names.Set(now.names.at(is->name));
        }
      });
  for (const auto& [name, data] : now.groups) {
    const auto was = before.groups.find(name);
    if (was == before.groups.end() || was->second != data) {
      changed.groups[name] = data;
    }
  }
  for (const auto& [name, data] : before.groups) {
    if (!now.groups.contains(name)) gone.groups.push_back(name);
  }
  std::sort(gone.names.begin(), gone.names.end());
  std::sort(gone.groups.begin(), gone.groups.end());
  AffinityDifferences affinity =
      AffinityToJson(before.affinity.get(), now.affinity.get());
  gone.affinity = std::move(affinity.gone);
  return Encoded(changed, affinity.written, HealthToJson(health, now), gone);
}

}  // namespace groupring::backend
