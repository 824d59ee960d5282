#include "backend/change/name_changes.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/change/config_key.h"
#include "backend/change/find.h"
#include "backend/settings/nearest.h"
#include "backend/zones/zone.h"
#include "redis/base/printable.h"
#include "redis/schema/dataset_edit.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::ChangeKind;
using redis::ConfigField;
using redis::Dataset;
using redis::NameData;

struct Assignment {
  ConfigField field = ConfigField::kOther;
  std::string value;
};

absl::StatusOr<Assignment> Split(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string all = redis::AllNames<ConfigField>();
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\": expected KEY=VALUE, or KEY= to remove the key; the keys are "
        "%s",
        Printable(text), all));
  }
  std::string key = text.substr(0, equals);
  const auto field = redis::Parse<ConfigField>(key);
  if (!field.has_value()) {
    absl::AsciiStrToUpper(&key);
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\" is no key of a name, which are %s%s", Printable(key), all,
        DidYouMean(key, absl::StrSplit(all, ", "))));
  }
  return Assignment{*field, text.substr(equals + 1)};
}

NameSummary SummaryOf(const NameData& name) {
  return {name.config.is_zone,
          name.config.answer,
          name.groups->size(),
          {name.addresses[0]->members().size(),
           name.addresses[1]->members().size()}};
}

// 0: no zone of the dataset encloses it.
uint32_t NegativeTtlOf(const Dataset& dataset, const NameData& name) {
  std::vector<std::string> unused;
  if (name.config.is_zone) {
    return NegativeTtlSeconds(BuildZone(name, nullptr, &unused));
  }
  std::string_view at = name.name;
  while (true) {
    const size_t dot = at.find('.');
    if (dot == at.npos) return 0;
    at.remove_prefix(dot + 1);
    const auto apex = dataset.names.find(std::string(at));
    if (apex == dataset.names.end() || !apex->second->config.is_zone) continue;
    return NegativeTtlSeconds(BuildZone(*apex->second, nullptr, &unused));
  }
}

// What "no records" costs, and when it is said.
void AddNodataRemarks(const Dataset& dataset, const NameData& name,
                      Change* change) {
  Remark remembered{RemarkKind::kNodataRemembered};
  remembered.number = NegativeTtlOf(dataset, name);
  change->remarks.push_back(std::move(remembered));
  if (name.config.panic_percent != 0u) {
    change->remarks.push_back({RemarkKind::kNodataNeedsPanic0});
  }
}

}  // namespace

absl::StatusOr<Change> SetName(const Dataset& dataset,
                               std::string_view name_text,
                               const std::vector<std::string>& assignments,
                               bool create) {
  const auto canonical = CheckName(name_text);
  if (!canonical.ok()) return canonical.status();
  const auto found = FindName(dataset, *canonical);
  if (!found.ok() && !create) {
    return absl::NotFoundError(
        absl::StrFormat("%s (--create makes a new one)",
                        std::string(found.status().message())));
  }
  Change change;
  change.kind = ChangeKind::kNameSet;
  change.name = *canonical;
  change.about.names = {*canonical};
  // The name as it becomes with one assignment after the other: alone, unless
  // it goes by its zone.
  Dataset now;
  if (dataset.schema == redis::Schema::kRazor) {
    now = dataset;
  } else if (found.ok()) {
    now.names.Set(*found);
  }
  std::vector<ConfigField> seen;
  ConfigValues before;
  ConfigValues after;
  for (const std::string& text : assignments) {
    const auto assignment = Split(text);
    if (!assignment.ok()) return assignment.status();
    const auto& [field, value] = *assignment;
    if (std::find(seen.begin(), seen.end(), field) != seen.end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s is given twice; expected each key once", ToText(field)));
    }
    seen.push_back(field);
    const NameData unchanged = NameOrDefaults(*canonical, now);
    const absl::Status well_formed = CheckConfig(field, value, unchanged);
    if (!well_formed.ok()) return well_formed;
    before.push_back({field, ConfigText(field, unchanged)});
    if (value.empty()) {
      change.writes.push_back(redis::RemoveConfigField{*canonical, field});
    } else {
      change.writes.push_back(redis::SetConfigField{*canonical, field, value});
    }
    now = Apply({change.writes.back()}, std::move(now)).dataset;
    const NameData changed = NameOrDefaults(*canonical, now);
    const int bit = 1 << static_cast<int>(field);
    after.push_back({field, ConfigText(field, changed), value.empty(),
                     (changed.config_key.inherited & bit) != 0});
  }
  if (change.writes.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("nothing to set: expected KEY=VALUE; the keys are %s",
                        redis::AllNames<ConfigField>()));
  }
  const NameData name = NameOrDefaults(*canonical, now);
  change.before = found.ok() ? Standing(std::move(before)) : NoSuchName();
  change.after = std::move(after);
  if (!name.config.is_zone && !name.config.records_json.empty()) {
    change.remarks.push_back({RemarkKind::kRecordsIgnored});
  }
  if (name.config.on_empty == redis::OnEmpty::kNodata) {
    AddNodataRemarks(dataset, name, &change);
  }
  if (name.config.answer == redis::AnswerMode::kGroupConsistentHash &&
      name.groups->empty()) {
    change.remarks.push_back({RemarkKind::kNoGroupsYet});
  }
  return change;
}

absl::StatusOr<Change> RemoveName(const Dataset& dataset,
                                  std::string_view name_text) {
  const auto found = FindName(dataset, name_text);
  if (!found.ok()) return found.status();
  const NameData& name = **found;

  Change change;
  change.kind = ChangeKind::kNameRemove;
  change.name = name.name;
  change.before = SummaryOf(name);
  change.after = NoSuchName();
  change.about.names = {name.name};
  const bool is_group = dataset.groups.contains(name.name);
  const bool has_addresses =
      !name.addresses[0]->empty() || !name.addresses[1]->empty();
  if (is_group && has_addresses && dataset.schema == redis::Schema::kRazor &&
      !name.config.is_zone) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s is a group, too, and by razor's rules its addresses make it a "
        "name: take the group off its names first (`groupring name "
        "remove-group`)",
        name.name));
  }
  if (is_group) {
    change.remarks.push_back({RemarkKind::kGroupOfSameName});
  }
  change.writes = {redis::DeleteName{name.name, is_group}};
  return change;
}

}  // namespace groupring::backend
