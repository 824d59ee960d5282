#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/state/affinity_json.h"
#include "backend/state/dataset_json.h"
#include "backend/state/dataset_json_keys.h"
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
using redis::GroupList;
using redis::kFamilies;
using redis::NameData;
using Sets = std::array<std::shared_ptr<const AddressSet>, kFamilies>;

constexpr int64_t kMaxLists = std::numeric_limits<int32_t>::max();

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
  // As most names have none of their own, those share one.
  static const std::array<std::shared_ptr<const AddressSet>, kFamilies> kNone =
      {std::make_shared<const AddressSet>("", Family::kA,
                                          std::vector<redis::AddressRange>()),
       std::make_shared<const AddressSet>("", Family::kAaaa,
                                          std::vector<redis::AddressRange>())};
  if (members.empty()) return kNone[static_cast<size_t>(family)];
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

using Lists = std::vector<std::shared_ptr<const GroupList>>;

int64_t NumberAt(const json& entry, size_t at, int64_t most) {
  const json& number = entry.at(at);
  if (!number.is_number_unsigned() ||
      number.get<uint64_t>() > static_cast<uint64_t>(most)) {
    throw std::out_of_range("a weight before");
  }
  return number.get<int64_t>();
}

Lists ListsFromJson(const json& array) {
  Lists lists;
  for (const json& entries : array) {
    auto list = std::make_shared<GroupList>();
    for (const json& entry : entries) {
      const json& weight = entry.at(1);
      if (!weight.is_number_unsigned() ||
          weight.get<uint64_t>() > redis::kMaxWeight) {
        throw std::out_of_range("a weight");
      }
      list->push_back({entry.at(0).get<std::string>(), weight.get<uint32_t>()});
      constexpr size_t kWithCourse = 5;
      if (entry.size() != kWithCourse) continue;
      list->back().weight_before =
          static_cast<uint32_t>(NumberAt(entry, 2, redis::kMaxWeight));
      list->course = {NumberAt(entry, 3, redis::kMaxUnixSeconds),
                      NumberAt(entry, 4, redis::kMaxDurationSeconds)};
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
  return lists;
}

// Takes names out of the text one at a time, as all of them together as JSON
// would take many times their memory.
class NameTaker {
 public:
  NameTaker(int format, redis::Dataset* dataset)
      : format_(format), dataset_(dataset) {}

  // What nlohmann calls for each part of the text; false discards it.
  bool Take(int depth, json::parse_event_t event, json& parsed) {
    constexpr int kMember = 1;
    constexpr int kName = 2;
    if (event == json::parse_event_t::key) {
      if (depth == kMember) member_ = parsed.get<std::string>();
      if (depth == kName) name_ = parsed.get<std::string>();
    } else if (event == json::parse_event_t::array_end && depth == kMember &&
               member_ == "lists") {
      lists_ = ListsFromJson(parsed);
    } else if (event == json::parse_event_t::object_end && depth == kName &&
               member_ == "names") {
      dataset_->names.Set(NameFromJson(name_, parsed, format_, lists_));
      return false;
    }
    return true;
  }

 private:
  const int format_;
  redis::Dataset* const dataset_;
  std::string member_;
  std::string name_;
  Lists lists_;
};

// The rest of what the text says; names are taken already.
void RestFromJsonOrThrow(const json& root, int format,
                         redis::Dataset* dataset) {
  root.at("lists");
  // What is left is none.
  if (!root.at("names").empty()) throw std::out_of_range("a name");
  dataset->schema = root.value("schema", std::string()) == kRazorName
                        ? redis::Schema::kRazor
                        : redis::Schema::kGroupring;
  dataset->generation = root.at("generation").get<int64_t>();
  dataset->accepted_unix_millis = root.value("accepted", int64_t{0});
  dataset->affinity = AffinityFromJson(root, format, dataset->affinity);
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
    dataset->groups[name] = std::move(group);
  }
  const std::vector<std::string> none;
  for (const std::string& name : root.value(kGoneNames, none)) {
    dataset->names.erase(name);
  }
  for (const std::string& group : root.value(kGoneGroups, none)) {
    dataset->groups.erase(group);
  }
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

// Reads the text into the dataset, which may have something already.
absl::Status Read(std::string_view text, int format, redis::Dataset* dataset,
                  SavedHealth* health) {
  try {
    NameTaker taker(format, dataset);
    const json root = json::parse(
        text,
        [&](int depth, json::parse_event_t event, json& parsed) {
          return taker.Take(depth, event, parsed);
        },
        /*allow_exceptions=*/false);
    if (root.is_discarded()) return absl::DataLossError("it holds no JSON");
    RestFromJsonOrThrow(root, format, dataset);
    if (health != nullptr) *health = HealthOf(root, *dataset);
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::DataLossError(
        absl::StrFormat("its contents are not as expected: %s", error.what()));
  }
}

}  // namespace

absl::StatusOr<redis::Dataset> DatasetFromJson(std::string_view text,
                                               int format,
                                               SavedHealth* health) {
  redis::Dataset dataset;
  const absl::Status status = Read(text, format, &dataset, health);
  if (!status.ok()) return status;
  return dataset;
}

absl::Status ChangesFromJson(std::string_view text, int format,
                             redis::Dataset* dataset, SavedHealth* health) {
  redis::Dataset changed = *dataset;
  SavedHealth health_now;
  const absl::Status status = Read(text, format, &changed, &health_now);
  if (!status.ok()) return status;
  *dataset = std::move(changed);
  *health = std::move(health_now);
  return absl::OkStatus();
}

}  // namespace groupring::backend
