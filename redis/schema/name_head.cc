#include "redis/schema/name_head.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/base/dns_name.h"
#include "redis/base/text.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/group_state.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// RFC 2181 §8: a TTL is 31 bits.
constexpr int64_t kMaxTtlSeconds = std::numeric_limits<int32_t>::max();

// The name in force; null for a new one.
using InForce = const NameData*;

void ParseAnswer(bool has_groups, InForce before, HashFields* fields,
                 NameHead* head) {
  NameConfig* const config = &head->config;
  config->answer = DefaultAnswer(has_groups);
  const std::optional<std::string_view> text = fields->Find("ANSWER");
  if (!text) return;
  const std::optional<AnswerMode> mode = Parse<AnswerMode>(*text);
  // razor's geoip needs a database of places, which groupring does not have.
  head->config_key.gives_answer = mode || EqualsIgnoreCase(*text, "geoip");
  if (head->config_key.gives_answer) {
    config->answer = mode.value_or(AnswerMode::kRandom);
  } else if (before != nullptr && (before->config_key.gives_answer ||
                                   before->config_key.fields == 0)) {
    config->answer = before->config.answer;
    head->config_key.gives_answer = before->config_key.gives_answer;
  }
  if (mode) return;
  fields->Complain(
      "ANSWER", *text,
      absl::StrFormat("is none of %s; %s is used instead",
                      AllNames<AnswerMode>(), ToText(config->answer)));
}

OnEmpty ParseOnEmpty(InForce before, HashFields* fields) {
  const std::optional<std::string_view> text = fields->Find("ON_EMPTY");
  if (!text) return OnEmpty::kFailOpen;
  const std::optional<OnEmpty> on_empty = Parse<OnEmpty>(*text);
  if (on_empty) return *on_empty;
  const OnEmpty stand_in =
      before == nullptr ? OnEmpty::kFailOpen : before->config.on_empty;
  fields->Complain("ON_EMPTY", *text,
                   absl::StrFormat("is none of %s; %s is used instead",
                                   AllNames<OnEmpty>(), ToText(stand_in)));
  return stand_in;
}

std::optional<uint32_t> ParsePanic(InForce before, HashFields* fields) {
  const std::optional<std::string_view> text = fields->Find("PANIC");
  if (!text) return std::nullopt;
  if (const auto percent = ParseWholeNumber(*text, 0, 100)) {
    return static_cast<uint32_t>(*percent);
  }
  const std::optional<uint32_t> stand_in =
      before == nullptr ? std::nullopt : before->config.panic_percent;
  fields->Complain(
      "PANIC", *text,
      absl::StrFormat(
          "is no percentage (a whole number from 0 to 100); %s is used instead",
          stand_in ? std::to_string(*stand_in)
                   : std::string("that of groupring:check")));
  return stand_in;
}

// "ns1.example.com, ns2.example.com."
std::vector<std::string> ParseNs(InForce before, HashFields* fields) {
  std::vector<std::string> servers;
  std::vector<std::string_view> malformed;
  std::string_view rest = fields->Find("NS").value_or("");
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view item = Trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    if (item.empty()) continue;
    if (FormOfName(item) == NameForm::kNoName) {
      malformed.push_back(item);
      continue;
    }
    std::string server = CanonicalName(item);
    if (std::find(servers.begin(), servers.end(), server) == servers.end()) {
      servers.push_back(std::move(server));
    }
  }
  if (malformed.empty()) return servers;
  if (before != nullptr && !before->config.ns.empty()) {
    servers = before->config.ns;
  }
  for (const std::string_view item : malformed) {
    fields->Complain(
        "NS", item,
        "is no name of a server; " +
            (servers.empty()
                 ? std::string("none is there")
                 : Quoted(absl::StrJoin(servers, ",")) + " is used instead"));
  }
  return servers;
}

void ParseConfig(const std::string& key, const RawValue& raw, bool has_groups,
                 InForce before, Complaints* complaints, NameHead* head) {
  const NameConfig stand_in = before == nullptr ? NameConfig() : before->config;
  HashFields fields(key, raw, complaints);
  NameConfig& config = head->config;
  for (size_t i = 0; i < raw.items.size(); i += 2) {
    const ConfigField field =
        Parse<ConfigField>(raw.items[i]).value_or(ConfigField::kOther);
    head->config_key.fields = static_cast<uint16_t>(
        head->config_key.fields | 1 << static_cast<int>(field));
  }
  if (const auto soa = fields.Find("SOA")) {
    config.is_zone = true;
    config.soa = std::string(*soa);
  }
  config.ns = ParseNs(before, &fields);
  config.ttl_seconds = static_cast<uint32_t>(
      fields.Number("TTL", 0, kMaxTtlSeconds, kDefaultTtlSeconds,
                    stand_in.ttl_seconds, "TTL in seconds"));
  ParseAnswer(has_groups, before, &fields, head);
  config.answers = static_cast<uint32_t>(fields.Number(
      "ANSWERS", 1, kMaxAnswers, 1, stand_in.answers, "number of addresses"));
  config.on_empty = ParseOnEmpty(before, &fields);
  config.panic_percent = ParsePanic(before, &fields);
  config.records_json = std::string(fields.Find("RECORDS").value_or(""));
}

// Null when the group is not in the list.
const WeightedGroup* FindGroup(const GroupList& groups,
                               std::string_view group) {
  const auto found = std::lower_bound(
      groups.begin(), groups.end(), group,
      [](const WeightedGroup& a, std::string_view b) { return a.name < b; });
  return found != groups.end() && found->name == group ? &*found : nullptr;
}
WeightedGroup* FindGroup(GroupList* groups, std::string_view group) {
  const WeightedGroup* const found = FindGroup(*groups, group);
  return found == nullptr
             ? nullptr
             : &(*groups)[static_cast<size_t>(found - groups->data())];
}

// The weight in force; the default for a group that is not on the name.
uint32_t WeightInForce(InForce before, const std::string& group) {
  if (before == nullptr) return kDefaultWeight;
  const WeightedGroup* const found = FindGroup(*before->groups, group);
  return found != nullptr ? found->weight : kDefaultWeight;
}

// 0: none.
uint32_t WeightBeforeInForce(InForce before, const std::string& group) {
  if (before == nullptr) return 0;
  const WeightedGroup* const found = FindGroup(*before->groups, group);
  return found != nullptr ? found->weight_before : 0;
}

absl::flat_hash_map<std::string, uint32_t> ParseWeights(
    const std::string& key, const RawValue& raw, InForce before,
    Complaints* complaints) {
  absl::flat_hash_map<std::string, uint32_t> weights;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& group = raw.items[i];
    const std::string& text = raw.items[i + 1];
    if (group.starts_with(kOwnFieldPrefix)) continue;  // ParseCourse
    if (const auto weight = ParseWholeNumber(text, 0, kMaxWeight)) {
      weights[group] = static_cast<uint32_t>(*weight);
      continue;
    }
    const uint32_t stand_in = WeightInForce(before, group);
    weights[group] = stand_in;
    complaints->push_back(
        {key,
         absl::StrFormat("field %s: %s is no weight (a whole number from "
                         "0 to %d); %d is used instead",
                         Quoted(group), Quoted(text), kMaxWeight, stand_in)});
  }
  return weights;
}

// The weights before, and over which time the list comes from them to its own.
// REQUIRES: the list has its groups and weights.
void ParseCourse(const std::string& key, const RawValue& raw, InForce before,
                 Complaints* complaints, GroupList* list) {
  const WeightCourse in_force =
      before == nullptr ? WeightCourse() : before->groups->course;
  HashFields fields(key, raw, complaints);
  const bool has_start = fields.Find(kCourseStartField).has_value();
  const bool has_duration = fields.Find(kCourseDurationField).has_value();
  if (has_start || has_duration) {
    list->course.start =
        fields.Number(kCourseStartField, 0, kMaxUnixSeconds, in_force.start,
                      in_force.start, "time in unix seconds");
    list->course.duration = fields.Number(
        kCourseDurationField, 0, kMaxDurationSeconds, in_force.duration,
        in_force.duration, "duration in seconds");
  }
  if (!list->course.exists()) return;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    std::string_view field = raw.items[i];
    if (!field.starts_with(kWeightBeforePrefix)) continue;
    field.remove_prefix(kWeightBeforePrefix.size());
    WeightedGroup* const group = FindGroup(list, field);
    if (group == nullptr) continue;
    if (const auto weight = ParseWholeNumber(raw.items[i + 1], 1, kMaxWeight)) {
      group->weight_before = static_cast<uint32_t>(*weight);
      continue;
    }
    group->weight_before = WeightBeforeInForce(before, group->name);
    complaints->push_back(
        {key, absl::StrFormat(
                  "field %s: %s is no weight (a whole number from 1 to %d); "
                  "%d is used instead",
                  Quoted(raw.items[i]), Quoted(raw.items[i + 1]), kMaxWeight,
                  group->weight_before != 0 ? group->weight_before
                                            : group->weight)});
  }
}

// Sorted. The empty name is left out, as it is no group.
std::vector<std::string> ParseGroupNames(const std::string& key,
                                         const RawValue& raw, InForce before,
                                         Complaints* complaints) {
  std::vector<std::string> names;
  if (!raw.is_readable()) {
    if (before == nullptr) return names;
    for (const WeightedGroup& group : *before->groups) {
      names.push_back(group.name);
    }
    return names;
  }
  names.reserve(raw.items.size());
  for (const std::string& group : raw.items) {
    if (group.empty()) {
      complaints->push_back({key, "member \"\" is no group; it is left out"});
    } else {
      names.push_back(group);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

GroupList ParseGroups(const std::string& groups_key, const RawValue& groups,
                      const std::string& weights_key, const RawValue& weights,
                      InForce before, Complaints* complaints) {
  const absl::flat_hash_map<std::string, uint32_t> weight_of =
      ParseWeights(weights_key, weights, before, complaints);
  GroupList result;
  for (std::string& group :
       ParseGroupNames(groups_key, groups, before, complaints)) {
    uint32_t weight = kDefaultWeight;
    if (!weights.is_readable()) {
      weight = WeightInForce(before, group);
    } else if (const auto found = weight_of.find(group);
               found != weight_of.end()) {
      weight = found->second;
    }
    result.push_back({std::move(group), weight});
  }
  if (weights.is_readable()) {
    ParseCourse(weights_key, weights, before, complaints, &result);
  } else if (before != nullptr) {
    result.course = before->groups->course;
    for (WeightedGroup& group : result) {
      group.weight_before = WeightBeforeInForce(before, group.name);
    }
  }
  return result;
}

}  // namespace

NameHead ParseNameHead(std::string_view name, const RawNameHead& raw,
                       const NameData* before, bool groups_known,
                       Complaints* complaints) {
  const std::string config_key = MakeKey(name, KeyKind::kConfig);
  const std::string groups_key = MakeKey(name, KeyKind::kGroups);
  const std::string weights_key = MakeKey(name, KeyKind::kWeights);
  constexpr std::string_view stand_in =
      "what could be read last is used instead, or else the defaults";
  CheckReadable(config_key, raw.config, "hash", stand_in, complaints);
  CheckReadable(groups_key, raw.groups, "set", stand_in, complaints);
  CheckReadable(weights_key, raw.weights, "hash", stand_in, complaints);

  NameHead head;
  const bool keep_config = before != nullptr && !raw.config.is_readable();
  const bool keep_groups = before != nullptr && !raw.groups.is_readable();
  head.exists = raw.config.has_value() || raw.groups.has_value() ||
                keep_config || keep_groups;

  if (!groups_known) {
    head.groups = ParseGroups(groups_key, raw.groups, weights_key, raw.weights,
                              before, complaints);
  }
  if (keep_config) {
    head.config = before->config;
    head.config_key = before->config_key;
  } else {
    const bool has_groups = raw.groups.has_value() || keep_groups;
    ParseConfig(config_key, raw.config, has_groups, before, complaints, &head);
  }
  return head;
}

NameHead ParseConfigValue(const NameData& name, ConfigField field,
                          const std::string& value, Complaints* complaints) {
  RawValue raw;
  if (!value.empty()) {
    raw = {RawValue::Kind::kValue, {std::string(ToText(field)), value}};
  }
  NameHead head;
  ParseConfig(MakeKey(name.name, KeyKind::kConfig), raw, !name.groups->empty(),
              /*before=*/nullptr, complaints, &head);
  return head;
}

}  // namespace groupring::redis
