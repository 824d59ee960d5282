#include "backend/control/membership_changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/control/edit.h"
#include "backend/control/find.h"
#include "backend/control/operands.h"
#include "backend/report/name_report.h"
#include "backend/report/table.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/hash_fields.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using redis::AnswerMode;
using redis::Dataset;
using redis::GroupList;
using redis::KeyKind;
using redis::MakeKey;
using redis::NameData;
using redis::WeightedGroup;

GroupList::iterator Find(const std::string& group, GroupList* groups) {
  return std::find_if(
      groups->begin(), groups->end(),
      [&](const WeightedGroup& member) { return member.name == group; });
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

// Names with equal groups and weights send a client to the same group; clients
// that use several of them may rely on that.
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
  const std::string first = *std::min_element(mates.begin(), mates.end());
  change->remarks.push_back(absl::StrFormat(
      "%s%s had the same groups and weights: from now on a client may meet "
      "another group there than at %s, unless they get the same change",
      first,
      mates.size() == 1
          ? ""
          : absl::StrFormat(" (and %d more names)", mates.size() - 1),
      name.name));
}

// Puts the groups in place. `config` in the data stays as it is.
void SetGroups(GroupList groups, const NameData& name, DatasetEdit* edit) {
  std::sort(groups.begin(), groups.end(),
            [](const WeightedGroup& a, const WeightedGroup& b) {
              return a.name < b.name;
            });
  edit->Name(name.name).groups =
      std::make_shared<const GroupList>(std::move(groups));
}

void Finish(const DatasetEdit& edit, Change* change) {
  change->written = edit.dataset();
  change->settled = edit.dataset();
  change->touched = edit.touched();
}

std::string WeightWords(uint32_t weight) {
  return absl::StrFormat("weight %d", weight);
}

}  // namespace

absl::StatusOr<Change> SetWeight(const Dataset& dataset,
                                 std::string_view name_text,
                                 const std::string& group,
                                 std::string_view weight_text,
                                 const Occasion&) {
  const auto weight = ParseWeight(weight_text);
  if (!weight.ok()) return weight.status();
  const auto found = FindName(dataset, name_text);
  if (!found.ok()) return found.status();
  const NameData& name = **found;
  GroupList groups = *name.groups;
  const auto member = Find(group, &groups);
  if (member == groups.end()) return NotOn(name, group);

  Change change;
  change.what = "group weight";
  change.target = group + " of " + name.name;
  change.before = WeightWords(member->weight);
  change.after = WeightWords(*weight);
  DatasetEdit edit(dataset);
  if (member->weight == *weight) {
    change.remarks.push_back(absl::StrFormat(
        "%s has %s at %s already", Printable(group), change.after, name.name));
    edit.Name(name.name);
  } else {
    member->weight = *weight;
    SetGroups(std::move(groups), name, &edit);
    change.commands.push_back({"HSET", MakeKey(name.name, KeyKind::kWeights),
                               group, absl::StrFormat("%d", *weight)});
    RemarkOnRingMates(dataset, name, &change);
  }
  Finish(edit, &change);
  return change;
}

absl::StatusOr<Change> AddGroup(const Dataset& dataset,
                                std::string_view name_text,
                                const std::string& group,
                                std::string_view weight_text, bool create,
                                const Occasion&) {
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

  DatasetEdit edit(dataset);
  Change change;
  change.what = "name add-group";
  change.target = *canonical + " " + group;
  const NameData name = edit.Name(*canonical);
  GroupList groups = *name.groups;
  const auto member = Find(group, &groups);
  const uint32_t weight_now =
      member == groups.end() ? redis::kDefaultWeight : member->weight;
  if (member != groups.end()) {
    change.before = WeightWords(weight_now);
    if (!weight.has_value() || *weight == weight_now) {
      change.after = change.before;
      change.remarks.push_back(absl::StrFormat("%s is a group of %s already",
                                               Printable(group), name.name));
      Finish(edit, &change);
      return change;
    }
    member->weight = *weight;
  } else {
    change.before = "not on the ring";
    groups.push_back({group, weight.value_or(redis::kDefaultWeight)});
  }
  change.after = WeightWords(weight.value_or(weight_now));

  const bool first = name.groups->empty();
  SetGroups(std::move(groups), name, &edit);
  change.commands.push_back(
      {"SADD", MakeKey(name.name, KeyKind::kGroups), group});
  if (weight.has_value()) {
    change.commands.push_back({"HSET", MakeKey(name.name, KeyKind::kWeights),
                               group, absl::StrFormat("%d", *weight)});
  } else {
    // A weight that was left behind would bear on the group when it returns.
    change.commands.push_back(
        {"HDEL", MakeKey(name.name, KeyKind::kWeights), group});
  }
  NameData& after = edit.Name(name.name);
  if (first && name.config.answer != AnswerMode::kGroupConsistentHash) {
    after.config.answer = AnswerMode::kGroupConsistentHash;
    change.commands.push_back({"HSET", MakeKey(name.name, KeyKind::kConfig),
                               "ANSWER",
                               std::string(ToText(after.config.answer))});
    change.remarks.push_back(
        absl::StrFormat("%s answers from its groups from now on (ANSWER=%s)",
                        name.name, ToText(after.config.answer)));
  } else if (name.config.answer != AnswerMode::kGroupConsistentHash) {
    change.remarks.push_back(absl::StrFormat(
        "%s does not answer from its groups: its ANSWER says otherwise; "
        "`groupring name set %s ANSWER=` lets it",
        name.name, name.name));
  }
  const redis::GroupData& data = edit.Group(group);
  if (data.addresses[0]->empty() && data.addresses[1]->empty()) {
    change.remarks.push_back(absl::StrFormat(
        "%s has no address yet, so it answers nobody; `groupring address add "
        "%s IP` gives it some",
        Printable(group), Printable(group)));
  }
  RemarkOnRingMates(dataset, name, &change);
  Finish(edit, &change);
  return change;
}

absl::StatusOr<Change> RemoveGroup(const Dataset& dataset,
                                   std::string_view name_text,
                                   const std::string& group, const Occasion&) {
  const auto found = FindName(dataset, name_text);
  if (!found.ok()) return found.status();
  const NameData& name = **found;
  GroupList groups = *name.groups;
  const auto member = Find(group, &groups);
  if (member == groups.end()) return NotOn(name, group);

  Change change;
  change.what = "name remove-group";
  change.target = name.name + " " + group;
  change.before = WeightWords(member->weight);
  change.after = "not on the ring";
  groups.erase(member);
  DatasetEdit edit(dataset);
  SetGroups(std::move(groups), name, &edit);
  change.commands = {{"SREM", MakeKey(name.name, KeyKind::kGroups), group},
                     {"HDEL", MakeKey(name.name, KeyKind::kWeights), group}};
  RemarkOnRingMates(dataset, name, &change);
  Finish(edit, &change);
  return change;
}

}  // namespace groupring::backend
