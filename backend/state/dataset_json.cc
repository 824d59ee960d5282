#include "backend/state/dataset_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/state/affinity_json.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/group_state.h"
#include "redis/schema/withheld.h"

namespace groupring::backend {
namespace {

using nlohmann::json;
using redis::AddressSet;
using redis::ConfigField;
using redis::Family;
using redis::GroupData;
using redis::kFamilies;
using redis::NameData;
using GroupList = std::vector<redis::WeightedGroup>;
using Sets = std::array<std::shared_ptr<const AddressSet>, kFamilies>;

constexpr int64_t kMaxLists = std::numeric_limits<int32_t>::max();

// Where it is missing, the data is groupring's.
constexpr const char* kRazorName = "razor";

constexpr const char* kSetKeys[] = {"a", "aaaa"};
constexpr const char* kLastGoodKeys[] = {"last_good_a", "last_good_aaaa"};

// The whole number at `key`. Throws std::out_of_range, and what nlohmann
// throws.
int64_t WholeNumber(const json& object, const char* key, int64_t minimum,
                    int64_t maximum) {
  const json& number = object.at(key);
  const int64_t value = number.is_number_integer() ? number.get<int64_t>() : -1;
  // A number too large for int64_t has become negative, which no field may be.
  if (value < minimum || value > maximum) {
    throw std::out_of_range(absl::StrFormat("\"%s\" is no number from %d to %d",
                                            key, minimum, maximum));
  }
  return value;
}

// What format 1 had in place of names: indexes into these lists.
constexpr redis::AnswerMode kAnswersOfFormat1[] = {
    redis::AnswerMode::kRandom, redis::AnswerMode::kConsistentHash,
    redis::AnswerMode::kGroupConsistentHash};
constexpr redis::OnEmpty kOnEmptyOfFormat1[] = {redis::OnEmpty::kFailOpen,
                                                redis::OnEmpty::kServfail};
constexpr redis::AdminState kStatesOfFormat1[] = {
    redis::AdminState::kEnabled, redis::AdminState::kDisabled,
    redis::AdminState::kDraining, redis::AdminState::kFilling};

template <typename Enum, size_t kSize>
Enum EnumAt(const json& object, const char* key, int format,
            const Enum (&of_format_1)[kSize]) {
  if (format == 1) {
    return of_format_1[WholeNumber(object, key, 0, int64_t{kSize} - 1)];
  }
  const auto value = redis::Parse<Enum>(object.at(key).get<std::string>());
  if (!value.has_value()) {
    throw std::out_of_range(
        absl::StrFormat("\"%s\" is none of %s", key, redis::AllNames<Enum>()));
  }
  return *value;
}

// An empty set, and a last good set that is the set itself, are left out.
void PutSets(const Sets& sets, const Sets& last_good, json* object) {
  for (size_t f = 0; f < kFamilies; ++f) {
    if (!sets[f]->empty()) (*object)[kSetKeys[f]] = sets[f]->MemberTexts();
    if (last_good[f] != nullptr && last_good[f] != sets[f]) {
      (*object)[kLastGoodKeys[f]] = last_good[f]->MemberTexts();
    }
  }
}

std::shared_ptr<const AddressSet> GetSet(const json& object, const char* key,
                                         const std::string& owner,
                                         Family family) {
  std::vector<redis::AddressRange> members;
  if (const auto found = object.find(key); found != object.end()) {
    for (const json& text : *found) {
      // Where razor's rules hold, a range may be written with host bits.
      auto member =
          redis::ParseMemberIgnoringHostBits(family, text.get<std::string>());
      if (member.has_value()) members.push_back(*std::move(member));
    }
  }
  return std::make_shared<const AddressSet>(
      owner + ":" + std::string(FamilyName(family)), family,
      std::move(members));
}

void GetSets(const json& object, const std::string& owner, Sets* sets,
             Sets* last_good) {
  for (size_t f = 0; f < kFamilies; ++f) {
    const auto family = static_cast<Family>(f);
    (*sets)[f] = GetSet(object, kSetKeys[f], owner, family);
    auto last = GetSet(object, kLastGoodKeys[f], owner, family);
    if (!last->empty()) {
      (*last_good)[f] = std::move(last);
    } else if (!(*sets)[f]->empty()) {
      (*last_good)[f] = (*sets)[f];
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

redis::NameConfig ConfigFromJson(const json& object, int format) {
  redis::NameConfig config;
  config.is_zone = object.contains("soa");
  config.soa = object.value("soa", std::string());
  config.ns = object.value("ns", std::vector<std::string>());
  config.records_json = object.value("records", std::string());
  config.ttl_seconds = static_cast<uint32_t>(
      WholeNumber(object, "ttl", 0, std::numeric_limits<int32_t>::max()));
  config.answers = static_cast<uint32_t>(
      WholeNumber(object, "answers", 1, redis::kMaxAnswers));
  config.answer = EnumAt(object, "answer", format, kAnswersOfFormat1);
  config.on_empty = EnumAt(object, "on_empty", format, kOnEmptyOfFormat1);
  if (object.contains("panic")) {
    config.panic_percent =
        static_cast<uint32_t>(WholeNumber(object, "panic", 0, 100));
  }
  return config;
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

uint16_t FieldsFromJson(const json& object, const char* key) {
  int fields = 0;
  for (const std::string& name :
       object.value(key, std::vector<std::string>())) {
    if (const auto field = redis::Parse<ConfigField>(name)) {
      fields |= 1 << static_cast<int>(*field);
    }
  }
  return static_cast<uint16_t>(fields);
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

redis::GroupState StateFromJson(const json& object, int format) {
  redis::GroupState state;
  const auto time = [&object](const char* key) {
    return WholeNumber(object, key, 0, redis::kMaxUnixSeconds);
  };
  state.state = EnumAt(object, "state", format, kStatesOfFormat1);
  state.start = time("start");
  state.duration =
      WholeNumber(object, "duration", 0, redis::kMaxDurationSeconds);
  state.until = time("until");
  state.since = time("since");
  state.reason = object.at("reason").get<std::string>();
  state.by = object.at("by").get<std::string>();
  return state;
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

redis::WithheldByFamily WithheldFromJson(const json& object) {
  std::array<std::vector<redis::WithheldAddress>, kFamilies> found;
  for (const auto& [text, fields] : object.items()) {
    auto range = redis::ParsePrefix(Family::kA, text);
    if (!range) range = redis::ParsePrefix(Family::kAaaa, text);
    if (!range) continue;
    redis::WithheldAddress address;
    address.until = WholeNumber(fields, "until", 0, redis::kMaxUnixSeconds);
    address.since = WholeNumber(fields, "since", 0, redis::kMaxUnixSeconds);
    address.reason = fields.at("reason").get<std::string>();
    address.by = fields.at("by").get<std::string>();
    const auto f = static_cast<size_t>(range->family);
    address.range = *std::move(range);
    found[f].push_back(std::move(address));
  }
  redis::WithheldByFamily withheld;
  for (size_t f = 0; f < kFamilies; ++f) {
    if (found[f].empty()) continue;
    withheld[f] =
        std::make_shared<const redis::WithheldAddresses>(std::move(found[f]));
  }
  return withheld;
}

std::shared_ptr<const NameData> NameFromJson(
    const std::string& name, const json& object, int format,
    const std::vector<std::shared_ptr<const GroupList>>& lists) {
  auto data = std::make_shared<NameData>();
  data->name = name;
  data->config = ConfigFromJson(object.at("config"), format);
  data->config_key.fields = FieldsFromJson(object, "own");
  data->config_key.inherited =
      static_cast<uint8_t>(FieldsFromJson(object, "inherited"));
  data->config_key.gives_answer =
      (data->config_key.fields & 1 << static_cast<int>(ConfigField::kAnswer)) !=
      0;
  data->groups = lists.at(
      static_cast<size_t>(WholeNumber(object, "groups", 0, kMaxLists)));
  GetSets(object, name, &data->addresses, &data->last_good);
  constexpr const char* kSkipKeys[] = {"skip_a", "skip_aaaa"};
  for (size_t f = 0; f < kFamilies; ++f) {
    std::vector<redis::AddressRange> skipped;
    for (const std::string& text :
         object.value(kSkipKeys[f], std::vector<std::string>())) {
      auto range = redis::ParsePrefix(static_cast<Family>(f), text);
      if (range.has_value()) skipped.push_back(*std::move(range));
    }
    data->skip[f] = std::make_shared<const redis::SkipList>(skipped);
  }
  return data;
}

redis::Dataset FromJsonOrThrow(const json& root, int format) {
  std::vector<std::shared_ptr<const GroupList>> lists;
  for (const json& entries : root.at("lists")) {
    auto list = std::make_shared<GroupList>();
    for (const json& entry : entries) {
      const json& weight = entry.at(1);
      if (!weight.is_number_unsigned() ||
          weight.get<uint64_t>() > redis::kMaxWeight) {
        throw std::out_of_range("a weight");
      }
      list->push_back({entry.at(0).get<std::string>(), weight.get<uint32_t>()});
    }
    // Names that differed only in bytes that are not UTF-8 have become equal,
    // and a ring cannot have a group twice.
    const auto same_name = [](const redis::WeightedGroup& a,
                              const redis::WeightedGroup& b) {
      return a.name == b.name;
    };
    list->erase(std::unique(list->begin(), list->end(), same_name),
                list->end());
    lists.push_back(std::move(list));
  }
  redis::Dataset dataset;
  if (root.value("schema", std::string()) == kRazorName) {
    dataset.schema = redis::Schema::kRazor;
  }
  dataset.generation = root.at("generation").get<int64_t>();
  dataset.accepted_unix_millis = root.value("accepted", int64_t{0});
  dataset.affinity = AffinityFromJson(root);
  for (const auto& [name, object] : root.at("names").items()) {
    dataset.names.emplace(name, NameFromJson(name, object, format, lists));
  }
  for (const auto& [name, object] : root.at("groups").items()) {
    auto group = std::make_shared<GroupData>();
    group->name = name;
    GetSets(object, name, &group->addresses, &group->last_good);
    if (object.contains("state")) {
      group->state = StateFromJson(object.at("state"), format);
    }
    if (object.contains("disabled")) {
      group->withheld = WithheldFromJson(object.at("disabled"));
    }
    dataset.groups.emplace(name, std::move(group));
  }
  return dataset;
}

// What is answered does not hang on it, so the dataset is used all the same.
SavedHealth HealthOf(const json& root, const redis::Dataset& dataset) {
  try {
    if (!root.contains("health")) return {};
    return HealthFromJson(root.at("health"), dataset);
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

std::string DatasetToJson(const redis::Dataset& dataset,
                          const SavedHealth& health) {
  // Sorted, so that the lists have the same indexes each time.
  std::map<std::string_view, const NameData*> sorted;
  for (const auto& [name, data] : dataset.names) sorted[name] = data.get();
  std::map<const GroupList*, size_t> list_index;
  json lists = json::array();
  json names = json::object();
  for (const auto& [name, data] : sorted) {
    const auto [it, inserted] =
        list_index.try_emplace(data->groups.get(), lists.size());
    if (inserted) {
      json entries = json::array();
      for (const redis::WeightedGroup& group : *data->groups) {
        entries.push_back({group.name, group.weight});
      }
      lists.push_back(std::move(entries));
    }
    json object = {{"config", ConfigToJson(data->config)},
                   {"groups", it->second}};
    // A restore writes what was the name's own.
    if (dataset.schema == redis::Schema::kRazor) {
      object["own"] = FieldsToJson(data->config_key.fields);
      object["inherited"] = FieldsToJson(data->config_key.inherited);
    }
    PutSets(data->addresses, data->last_good, &object);
    for (size_t f = 0; f < kFamilies; ++f) {
      const auto skipped = data->skip[f]->Prefixes(static_cast<Family>(f));
      if (!skipped.empty()) object[f == 0 ? "skip_a" : "skip_aaaa"] = skipped;
    }
    names[data->name] = std::move(object);
  }
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
  json root = {{"generation", dataset.generation},
               {"accepted", dataset.accepted_unix_millis},
               {"lists", std::move(lists)},
               {"names", std::move(names)},
               {"groups", std::move(groups)}};
  if (dataset.schema == redis::Schema::kRazor) root["schema"] = kRazorName;
  PutAffinity(dataset.affinity.get(), &root);
  json withheld = HealthToJson(health, dataset);
  if (!withheld.is_null()) root["health"] = std::move(withheld);
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::StatusOr<redis::Dataset> DatasetFromJson(std::string_view text,
                                               int format,
                                               SavedHealth* health) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) return absl::DataLossError("it holds no JSON");
  try {
    redis::Dataset dataset = FromJsonOrThrow(root, format);
    if (health != nullptr) *health = HealthOf(root, dataset);
    return dataset;
  } catch (const std::exception& error) {
    return absl::DataLossError(
        absl::StrFormat("its contents are not as expected: %s", error.what()));
  }
}

}  // namespace groupring::backend
