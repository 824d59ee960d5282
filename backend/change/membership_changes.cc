#include "backend/change/membership_changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/change/config_key.h"
#include "backend/change/find.h"
#include "backend/change/operands.h"
#include "backend/settings/nearest.h"
#include "redis/base/printable.h"
#include "redis/model/availability.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::AnswerMode;
using redis::ChangeKind;
using redis::Dataset;
using redis::GroupList;
using redis::NameData;
using redis::WeightedGroup;

// Null when the group is not on the name's ring.
const WeightedGroup* Find(const std::string& group, const GroupList& groups) {
  const auto found = std::find_if(
      groups.begin(), groups.end(),
      [&](const WeightedGroup& member) { return member.name == group; });
  return found == groups.end() ? nullptr : &*found;
}

absl::StatusOr<uint32_t> ParseWeight(std::string_view text) {
  const auto weight = redis::ParseWholeNumber(text, 0, redis::kMaxWeight);
  if (weight.has_value()) return static_cast<uint32_t>(*weight);
  return absl::InvalidArgumentError(
      absl::StrFormat("\"%s\" is no weight; expected a whole number from 0 "
                      "(answers nobody) to %d; %d is usual",
                      text, redis::kMaxWeight, redis::kDefaultWeight));
}

absl::Status NotOn(const NameData& name, const std::string& group) {
  std::vector<std::string> members;
  for (const WeightedGroup& member : *name.groups) {
    members.push_back(member.name);
  }
  return absl::NotFoundError(absl::StrFormat("%s has no group %s%s", name.name,
                                             Printable(group),
                                             DidYouMean(group, members)));
}

// Whether the group can come to the name a few clients at a time. Its ramp is
// one of the group, so it must not answer elsewhere.
absl::Status CheckFill(const Dataset& dataset, const NameData& name,
                       const std::string& group, int64_t unix_millis) {
  for (const auto& [other, data] : dataset.names) {
    if (Find(group, *data->groups) == nullptr) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "--over: %s is on %s already, where it would begin from nothing, too; "
        "expected a group that is on no name yet",
        Printable(group), other));
  }
  const bool others = std::any_of(
      name.groups->begin(), name.groups->end(),
      [](const WeightedGroup& member) { return member.weight != 0; });
  if (!others) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "--over: %s has no other group that could answer meanwhile",
        name.name));
  }
  const auto known = FindGroup(dataset, group);
  if (!known.ok()) return absl::OkStatus();
  const redis::AdminState admin =
      redis::IntentOf((*known)->state, unix_millis).admin;
  if (admin == redis::AdminState::kEnabled ||
      admin == redis::AdminState::kFilling) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "--over: %s is %s, and filling would bring it back; `groupring group "
      "enable %s` first, or add it without --over, and it stays so",
      Printable(group), ToText(admin), Printable(group)));
}

Change Start(ChangeKind kind, const std::string& name,
             const std::string& group) {
  Change change;
  change.kind = kind;
  change.name = name;
  change.group = group;
  change.about.names = {name};
  return change;
}

}  // namespace

void RemarkOnRingMates(const Dataset& dataset, const NameData& name,
                       Change* change) {
  if (name.config.answer != AnswerMode::kGroupConsistentHash) return;
  std::vector<std::string> mates;
  for (const auto& [other, data] : dataset.names) {
    if (other != name.name && !data->groups->empty() &&
        data->config.answer == AnswerMode::kGroupConsistentHash &&
        (data->groups == name.groups || *data->groups == *name.groups)) {
      mates.push_back(other);
    }
  }
  if (mates.empty()) return;
  std::sort(mates.begin(), mates.end());
  change->remarks.push_back({RemarkKind::kRingMates, "", std::move(mates)});
}

absl::StatusOr<Change> SetWeight(const Dataset& dataset,
                                 std::string_view name_text,
                                 const std::string& group,
                                 std::string_view weight_text) {
  const auto weight = ParseWeight(weight_text);
  if (!weight.ok()) return weight.status();
  const auto found = FindName(dataset, name_text);
  if (!found.ok()) return found.status();
  const NameData& name = **found;
  const WeightedGroup* member = Find(group, *name.groups);
  if (member == nullptr) return NotOn(name, group);

  Change change = Start(ChangeKind::kGroupWeight, name.name, group);
  change.before = WeightOnRing{member->weight};
  change.after = WeightOnRing{*weight};
  const bool is_on_its_way =
      member->weight_before != 0 && member->weight_before != *weight;
  if (member->weight == *weight && !is_on_its_way) {
    change.remarks.push_back({RemarkKind::kWeightAlready});
  } else {
    change.writes = {redis::SetWeight{name.name, group, *weight}};
    // It counts for all clients at once; the other groups' go on.
    if (member->weight_before != 0) {
      change.writes.emplace_back(
          redis::EndWeightCourse{name.name, {group}, /*whole=*/false});
    }
    RemarkOnRingMates(dataset, name, &change);
  }
  return change;
}

absl::StatusOr<Change> AddGroup(const Dataset& dataset,
                                std::string_view name_text,
                                const std::string& group,
                                std::string_view weight_text,
                                std::string_view over_text, bool create,
                                const Occasion& occasion) {
  std::optional<uint32_t> weight;
  if (!weight_text.empty()) {
    const auto parsed = ParseWeight(weight_text);
    if (!parsed.ok()) return parsed.status();
    weight = *parsed;
  }
  const absl::Status called = CheckGroupName(group);
  if (!called.ok()) return called;
  const auto canonical = CheckName(name_text);
  if (!canonical.ok()) return canonical.status();
  const auto with_create = [](const absl::Status& status) {
    return absl::NotFoundError(absl::StrFormat("%s (--create makes a new one)",
                                               std::string(status.message())));
  };
  const auto found = FindName(dataset, *canonical);
  if (!found.ok() && !create) return with_create(found.status());
  const auto known = FindGroup(dataset, group);
  if (!known.ok() && !create) return with_create(known.status());

  Change change = Start(ChangeKind::kNameAddGroup, *canonical, group);
  const NameData name = NameOrDefaults(*canonical, dataset);
  std::optional<redis::GroupState> fill;
  if (!over_text.empty()) {
    const auto over = ParseDuration(over_text, "--over");
    if (!over.ok()) return over.status();
    const absl::Status fills =
        CheckFill(dataset, name, group, occasion.unix_millis);
    if (!fills.ok()) return fills;
    fill.emplace();
    fill->state = redis::AdminState::kFilling;
    fill->start = occasion.unix_seconds();
    fill->duration = *over;
    fill->since = occasion.unix_seconds();
    fill->by = occasion.who;
    fill->reason = occasion.reason;
  }
  const WeightedGroup* member = Find(group, *name.groups);
  if (member != nullptr) {
    change.before = WeightOnRing{member->weight};
    if (!weight.has_value() || *weight == member->weight) {
      change.after = change.before;
      change.remarks.push_back({RemarkKind::kMemberAlready});
      return change;
    }
  } else if (static_cast<int64_t>(name.groups->size()) >=
             redis::kMaxGroupsOfName) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s has %d groups already, which is as many as a ring can have",
        name.name, name.groups->size()));
  } else {
    change.before = WeightOnRing{};
  }
  change.after = WeightOnRing{weight.value_or(redis::kDefaultWeight),
                              fill ? fill->duration : 0};
  change.about.groups = {group};
  change.writes = {redis::AddGroupToName{name.name, group, weight}};
  if (fill) {
    change.settled = {change.writes[0], redis::SetGroupState{group, {}}};
    // First, so that no reader sees the group on the ring without its ramp.
    change.writes.insert(change.writes.begin(),
                         redis::SetGroupState{group, *fill});
    change.settled_unix_seconds = fill->start + fill->duration;
    change.remarks.push_back({RemarkKind::kRampEnds});
  }
  if (name.groups->empty() &&
      name.config.answer != AnswerMode::kGroupConsistentHash) {
    const std::string answer(ToText(AnswerMode::kGroupConsistentHash));
    change.writes.push_back(
        redis::SetConfigField{name.name, redis::ConfigField::kAnswer, answer});
    change.remarks.push_back({RemarkKind::kAnswersFromGroups});
  } else if (name.config.answer != AnswerMode::kGroupConsistentHash) {
    change.remarks.push_back({RemarkKind::kIgnoresGroups});
  }
  if (!known.ok() ||
      ((*known)->addresses[0]->empty() && (*known)->addresses[1]->empty())) {
    change.remarks.push_back({RemarkKind::kNoAddressYet});
  }
  RemarkOnRingMates(dataset, name, &change);
  return change;
}

absl::StatusOr<Change> RemoveGroup(const Dataset& dataset,
                                   std::string_view name_text,
                                   const std::string& group) {
  const auto found = FindName(dataset, name_text);
  if (!found.ok()) return found.status();
  const NameData& name = **found;
  const WeightedGroup* member = Find(group, *name.groups);
  if (member == nullptr) return NotOn(name, group);

  Change change = Start(ChangeKind::kNameRemoveGroup, name.name, group);
  change.before = WeightOnRing{member->weight};
  change.after = WeightOnRing{};
  change.writes = {redis::RemoveGroupFromName{name.name, group}};
  if (member->weight_before != 0) {
    change.writes.emplace_back(
        redis::EndWeightCourse{name.name, {group}, /*whole=*/false});
  }
  RemarkOnRingMates(dataset, name, &change);
  return change;
}

}  // namespace groupring::backend
