#include "redis/schema/name_head.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "redis/base/dns_name.h"
#include "redis/base/text.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// RFC 2181 §8: a TTL is 31 bits.
constexpr int64_t kMaxTtlSeconds = std::numeric_limits<int32_t>::max();

bool IsReadable(const RawValue& value) {
  return value.kind == RawValue::Kind::kValue ||
         value.kind == RawValue::Kind::kMissing;
}

void ParseAnswer(bool has_groups, HashFields* fields, NameHead* head) {
  NameConfig* const config = &head->config;
  config->answer = DefaultAnswer(has_groups);
  const std::optional<std::string_view> text = fields->Find("ANSWER");
  if (!text) return;
  const std::optional<AnswerMode> mode = Parse<AnswerMode>(*text);
  // razor's geoip needs a database of places, which groupring has not.
  head->config_key.gives_answer = mode || EqualsIgnoreCase(*text, "geoip");
  if (head->config_key.gives_answer) {
    config->answer = mode.value_or(AnswerMode::kRandom);
  }
  if (mode) return;
  fields->Complain(
      "ANSWER", *text,
      absl::StrFormat("is none of %s; %s stands in", AllNames<AnswerMode>(),
                      ToText(config->answer)));
}

OnEmpty ParseOnEmpty(HashFields* fields) {
  const std::optional<std::string_view> text = fields->Find("ON_EMPTY");
  if (!text) return OnEmpty::kFailOpen;
  const std::optional<OnEmpty> on_empty = Parse<OnEmpty>(*text);
  if (on_empty) return *on_empty;
  fields->Complain("ON_EMPTY", *text,
                   absl::StrFormat("is none of %s; fail_open stands in",
                                   AllNames<OnEmpty>()));
  return OnEmpty::kFailOpen;
}

// "ns1.example.com, ns2.example.com."
std::vector<std::string> ParseNs(HashFields* fields) {
  std::vector<std::string> servers;
  std::string_view rest = fields->Find("NS").value_or("");
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view item = Trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    if (item.empty()) continue;
    if (FormOfName(item) == NameForm::kNoName) {
      fields->Complain("NS", item, "is no name of a server; it is left out");
      continue;
    }
    std::string server = CanonicalName(item);
    if (std::find(servers.begin(), servers.end(), server) == servers.end()) {
      servers.push_back(std::move(server));
    }
  }
  return servers;
}

void ParseConfig(const std::string& key, const RawValue& raw, bool has_groups,
                 Complaints* complaints, NameHead* head) {
  HashFields fields(key, raw, complaints);
  NameConfig& config = head->config;
  for (size_t i = 0; i < raw.items.size(); i += 2) {
    const ConfigField field =
        Parse<ConfigField>(raw.items[i]).value_or(ConfigField::kOther);
    head->config_key.fields = static_cast<uint8_t>(
        head->config_key.fields | 1 << static_cast<int>(field));
  }
  if (const auto soa = fields.Find("SOA")) {
    config.is_zone = true;
    config.soa = std::string(*soa);
  }
  config.ns = ParseNs(&fields);
  config.ttl_seconds = static_cast<uint32_t>(fields.Number(
      "TTL", 0, kMaxTtlSeconds, kDefaultTtlSeconds, "TTL in seconds"));
  ParseAnswer(has_groups, &fields, head);
  config.answers = static_cast<uint32_t>(
      fields.Number("ANSWERS", 1, kMaxAnswers, 1, "number of addresses"));
  config.on_empty = ParseOnEmpty(&fields);
  config.records_json = std::string(fields.Find("RECORDS").value_or(""));
}

absl::flat_hash_map<std::string, uint32_t> ParseWeights(
    const std::string& key, const RawValue& raw, Complaints* complaints) {
  absl::flat_hash_map<std::string, uint32_t> weights;
  for (size_t i = 0; i + 1 < raw.items.size(); i += 2) {
    const std::string& group = raw.items[i];
    const std::string& text = raw.items[i + 1];
    if (const auto weight = ParseWholeNumber(text, 0, kMaxWeight)) {
      weights[group] = static_cast<uint32_t>(*weight);
      continue;
    }
    complaints->push_back(
        {key, absl::StrFormat("field %s: %s is no weight (a whole number from "
                              "0 to %d); %d stands in",
                              Quoted(group), Quoted(text), kMaxWeight,
                              kDefaultWeight)});
  }
  return weights;
}

GroupList ParseGroups(const std::string& groups_key, const RawValue& groups,
                      const std::string& weights_key, const RawValue& weights,
                      Complaints* complaints) {
  const absl::flat_hash_map<std::string, uint32_t> weight_of =
      ParseWeights(weights_key, weights, complaints);
  GroupList result;
  result.reserve(groups.items.size());
  for (const std::string& group : groups.items) {
    if (group.empty()) {
      complaints->push_back(
          {groups_key, "member \"\" is no group; it is left out"});
      continue;
    }
    const auto weight = weight_of.find(group);
    result.push_back(
        {group, weight == weight_of.end() ? kDefaultWeight : weight->second});
  }
  std::sort(result.begin(), result.end(),
            [](const WeightedGroup& a, const WeightedGroup& b) {
              return a.name < b.name;
            });
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
      "what could be read last stands in, or else the defaults";
  CheckReadable(config_key, raw.config, "hash", stand_in, complaints);
  CheckReadable(groups_key, raw.groups, "set", stand_in, complaints);
  CheckReadable(weights_key, raw.weights, "hash", "all weights are 100",
                complaints);

  NameHead head;
  const bool keep_config = before != nullptr && !IsReadable(raw.config);
  const bool keep_groups = before != nullptr && !IsReadable(raw.groups);
  head.exists = raw.config.has_value() || raw.groups.has_value() ||
                keep_config || keep_groups;

  if (keep_groups) {
    head.groups = *before->groups;
  } else if (!groups_known) {
    head.groups = ParseGroups(groups_key, raw.groups, weights_key, raw.weights,
                              complaints);
  }
  if (keep_config) {
    head.config = before->config;
    head.config_key = before->config_key;
  } else {
    const bool has_groups = raw.groups.has_value() || keep_groups;
    ParseConfig(config_key, raw.config, has_groups, complaints, &head);
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
              complaints, &head);
  return head;
}

}  // namespace groupring::redis
