#include "backend/control/name_changes.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/control/config_key.h"
#include "backend/control/edit.h"
#include "backend/control/find.h"
#include "backend/report/name_report.h"
#include "backend/report/table.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using redis::Dataset;
using redis::Family;
using redis::KeyKind;
using redis::kFamilies;
using redis::MakeKey;
using redis::NameData;

struct Assignment {
  std::string key;
  std::string value;
};

absl::StatusOr<Assignment> Split(const std::string& text) {
  const size_t equals = text.find('=');
  std::string key = text.substr(0, equals);
  absl::AsciiStrToUpper(&key);
  const std::vector<std::string>& keys = ConfigKeys();
  const bool known = std::find(keys.begin(), keys.end(), key) != keys.end();
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\": expected KEY=VALUE, or KEY= to remove the key; the keys are "
        "%s",
        Printable(text), absl::StrJoin(keys, ", ")));
  }
  if (!known) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\" is no key of a name, which are %s%s", Printable(key),
        absl::StrJoin(keys, ", "), DidYouMean(key, keys)));
  }
  return Assignment{std::move(key), text.substr(equals + 1)};
}

bool IsGroup(const Dataset& dataset, const std::string& name) {
  return dataset.groups.contains(name);
}

std::string Summary(const NameData& name) {
  if (name.groups->empty()) {
    return absl::StrFormat(
        "%s, %d A, %d AAAA",
        name.config.is_zone ? "zone" : ToText(name.config.answer),
        name.addresses[0]->members().size(),
        name.addresses[1]->members().size());
  }
  return absl::StrFormat("%s%s on %d groups",
                         name.config.is_zone ? "zone, " : "",
                         ToText(name.config.answer), name.groups->size());
}

}  // namespace

absl::StatusOr<Change> SetName(const Dataset& dataset,
                               std::string_view name_text,
                               const std::vector<std::string>& assignments,
                               bool create, const Occasion&) {
  const auto canonical = CheckName(name_text);
  if (!canonical.ok()) return canonical.status();
  const auto found = FindName(dataset, *canonical);
  if (!found.ok() && !create) {
    return absl::NotFoundError(
        absl::StrFormat("%s (--create makes a new one)",
                        std::string(found.status().message())));
  }
  DatasetEdit edit(dataset);
  NameData& name = edit.Name(*canonical);

  Change change;
  change.what = "name set";
  change.target = *canonical;
  std::vector<std::string> seen;
  std::vector<std::string> before;
  std::vector<std::string> after;
  const std::string key = MakeKey(*canonical, KeyKind::kConfig);
  std::vector<std::string> set = {"HSET", key};
  std::vector<std::string> unset = {"HDEL", key};
  for (const std::string& text : assignments) {
    const auto assignment = Split(text);
    if (!assignment.ok()) return assignment.status();
    if (std::find(seen.begin(), seen.end(), assignment->key) != seen.end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s is given twice; expected each key once", assignment->key));
    }
    seen.push_back(assignment->key);
    before.push_back(ConfigWords(assignment->key, name));
    const absl::Status assigned =
        AssignConfig(assignment->key, assignment->value, &name);
    if (!assigned.ok()) return assigned;
    after.push_back(ConfigWords(assignment->key, name));
    if (assignment->value.empty()) {
      // Fields are read in any case.
      unset.push_back(assignment->key);
      unset.push_back(absl::AsciiStrToLower(assignment->key));
      after.back() += " (default)";
    } else {
      set.push_back(assignment->key);
      set.push_back(assignment->value);
    }
  }
  change.before = found.ok() ? absl::StrJoin(before, ", ") : "no such name";
  change.after = absl::StrJoin(after, ", ");
  if (set.size() > 2) change.commands.push_back(std::move(set));
  if (unset.size() > 2) change.commands.push_back(std::move(unset));
  if (change.commands.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("nothing to set: expected KEY=VALUE; the keys are %s",
                        absl::StrJoin(ConfigKeys(), ", ")));
  }
  if (!name.config.is_zone && !name.config.records_json.empty()) {
    change.remarks.push_back(absl::StrFormat(
        "RECORDS takes effect at the apex of a zone only; %s has no SOA",
        name.name));
  }
  if (name.config.answer == redis::AnswerMode::kGroupConsistentHash &&
      name.groups->empty()) {
    change.remarks.push_back(absl::StrFormat(
        "%s has no groups yet; `groupring name add-group %s G` adds one",
        name.name, name.name));
  }
  change.written = edit.dataset();
  change.settled = edit.dataset();
  change.touched = edit.touched();
  return change;
}

absl::StatusOr<Change> RemoveName(const Dataset& dataset,
                                  std::string_view name_text, const Occasion&) {
  const auto found = FindName(dataset, name_text);
  if (!found.ok()) return found.status();
  const NameData& name = **found;

  Change change;
  change.what = "name remove";
  change.target = name.name;
  change.before = Summary(name);
  change.after = "no such name";
  std::vector<std::string> words = {"DEL", MakeKey(name.name, KeyKind::kConfig),
                                    MakeKey(name.name, KeyKind::kGroups),
                                    MakeKey(name.name, KeyKind::kWeights)};
  const bool keeps_sets = IsGroup(dataset, name.name);
  for (size_t f = 0; f < kFamilies; ++f) {
    const auto family = static_cast<Family>(f);
    if (!keeps_sets) {
      words.push_back(MakeKey(name.name, KeyKind::kMembers, family));
    }
    words.push_back(MakeKey(name.name, KeyKind::kSkipList, family));
  }
  if (keeps_sets) {
    change.remarks.push_back(absl::StrFormat(
        "a group is called %s, too; its addresses stay", name.name));
  }
  change.commands.push_back(std::move(words));
  DatasetEdit edit(dataset);
  edit.RemoveName(name.name);
  change.written = edit.dataset();
  change.settled = edit.dataset();
  change.touched = edit.touched();
  return change;
}

}  // namespace groupring::backend
