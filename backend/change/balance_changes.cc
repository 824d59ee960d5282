#include "backend/change/balance_changes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "backend/change/balance.h"
#include "backend/change/find.h"
#include "backend/change/load_balance.h"
#include "backend/change/membership_changes.h"
#include "backend/change/operands.h"
#include "backend/clients/question_shares.h"
#include "hashing/label_key.h"
#include "hashing/subnet_key.h"
#include "redis/base/printable.h"
#include "redis/base/random.h"
#include "redis/model/availability.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::Dataset;
using redis::NameData;
using redis::WeightedGroup;

constexpr size_t kFewestGroups = 2;

// "g1=100, g2=50": a number for each of these groups, by name.
absl::StatusOr<std::map<std::string, uint32_t>> ParseNumbers(
    const std::string& option, const std::string& text, const NameData& name,
    int64_t least) {
  std::map<std::string, uint32_t> numbers;
  const std::vector<std::string> items =
      absl::StrSplit(text, ',', absl::SkipWhitespace());
  for (const std::string& untrimmed : items) {
    const std::string item(absl::StripAsciiWhitespace(untrimmed));
    // The name of a group may have a "=".
    const size_t sign = item.rfind('=');
    const std::string group = item.substr(0, sign);
    const auto number = sign == std::string::npos
                            ? std::nullopt
                            : redis::ParseWholeNumber(item.substr(sign + 1),
                                                      least, redis::kMaxWeight);
    if (!number) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: \"%s\" is not understood; expected GROUP=NUMBER for each group, "
          "separated by commas, with whole numbers from %d to %d",
          option, Printable(item), least, redis::kMaxWeight));
    }
    const bool is_member = std::any_of(
        name.groups->begin(), name.groups->end(),
        [&](const WeightedGroup& member) { return member.name == group; });
    if (!is_member) {
      return absl::NotFoundError(absl::StrFormat(
          "%s: %s has no group %s", option, name.name, Printable(group)));
    }
    if (!numbers.emplace(group, static_cast<uint32_t>(*number)).second) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s is named twice", option, Printable(group)));
    }
  }
  if (numbers.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: \"%s\" names no group; expected GROUP=NUMBER for each group, "
        "separated by commas",
        option, Printable(text)));
  }
  return numbers;
}

std::string WeightsText(const std::vector<WeightedGroup>& groups) {
  std::vector<std::string> items;
  for (const WeightedGroup& group : groups) {
    items.push_back(absl::StrFormat("%s=%d", group.name, group.weight));
  }
  return absl::StrJoin(items, ",");
}

// What each group of weight above 0 should have, in no unit.
absl::StatusOr<std::vector<double>> WantedOf(
    const std::vector<WeightedGroup>& groups, const NameData& name,
    const std::string& wanted) {
  std::vector<double> parts(groups.size(), 1);
  if (wanted == "equal") return parts;
  const bool equal_now =
      std::all_of(groups.begin(), groups.end(), [&](const WeightedGroup& one) {
        return one.weight == groups.front().weight;
      });
  if (wanted.empty() && equal_now) return parts;
  if (wanted.empty()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the weights of %s differ (%s): are they the wanted shares, or the "
        "result of a balance before? Expected --wanted equal, --wanted weights "
        "or --wanted GROUP=NUMBER,…",
        name.name, WeightsText(groups)));
  }
  if (wanted == "weights") {
    for (size_t i = 0; i < groups.size(); ++i) parts[i] = groups[i].weight;
    return parts;
  }
  const auto numbers = ParseNumbers("--wanted", wanted, name, 1);
  if (!numbers.ok()) return numbers.status();
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto found = numbers->find(groups[i].name);
    if (found == numbers->end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--wanted: nothing is said of %s; expected a number for each group "
          "of weight above 0, or equal, or weights",
          Printable(groups[i].name)));
    }
    parts[i] = found->second;
  }
  for (const auto& part : *numbers) {
    const std::string& group = part.first;
    const bool is_weighed = std::any_of(
        groups.begin(), groups.end(),
        [&](const WeightedGroup& one) { return one.name == group; });
    if (!is_weighed) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--wanted: %s has weight 0 on %s, so it can have no share; "
          "`groupring group weight %s %s 1` gives it a weight first",
          Printable(group), name.name, name.name, Printable(group)));
    }
  }
  return parts;
}

absl::Status StillRunning(const NameData& name) {
  return absl::FailedPreconditionError(absl::StrFormat(
      "the weights of %s are on their way until %s: what is counted until then "
      "is no basis, and two such courses cannot be at once; wait, or "
      "`groupring balance %s --weights %s --apply` makes them count for all "
      "clients at once",
      name.name,
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                       absl::FromUnixSeconds(name.groups->course.end()),
                       absl::UTCTimeZone()),
      name.name, WeightsText(*name.groups)));
}

// A group comes or goes by weight 0 at once only.
absl::Status CheckRamp(const std::vector<WeightedGroup>& before,
                       const std::vector<WeightedGroup>& after) {
  for (size_t i = 0; i < before.size(); ++i) {
    if ((before[i].weight == 0) == (after[i].weight == 0)) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "--over: %s would come from weight %d to %d, and only weights above 0 "
        "can change over time; `groupring group drain` and `groupring group "
        "fill` have an --over for groups that go and come",
        Printable(before[i].name), before[i].weight, after[i].weight));
  }
  return absl::OkStatus();
}

std::vector<std::string> GroupsOf(const NameData& name) {
  std::vector<std::string> groups;
  for (const WeightedGroup& group : *name.groups) groups.push_back(group.name);
  return groups;
}

// In proportion to these parts.
absl::Status SetWanted(const absl::StatusOr<std::vector<double>>& parts,
                       std::vector<BalanceGroup>* groups) {
  if (!parts.ok()) return parts.status();
  const double sum = std::accumulate(parts->begin(), parts->end(), 0.0);
  for (size_t i = 0; i < groups->size(); ++i) {
    (*groups)[i].wanted = (*parts)[i] / sum;
  }
  return absl::OkStatus();
}

// Whose questions those of the slot are: "203.0.113.0/24", "label google".
std::string AskerOf(uint32_t slot, const redis::TrafficProfile& traffic,
                    const Dataset& dataset) {
  const auto found =
      std::find_if(traffic.keys.begin(), traffic.keys.end(),
                   [&](const redis::SlotKey& key) { return key.slot == slot; });
  if (found == traffic.keys.end()) return absl::StrFormat("slot %d", slot);
  return AskerText(found->key, dataset.affinity.get());
}

void Describe(const Balance& balance, const std::vector<BalanceGroup>& groups,
              const redis::TrafficProfile& traffic, const Dataset& dataset,
              Change* change) {
  Remark shares{RemarkKind::kBalanceShares};
  for (size_t i = 0; i < groups.size(); ++i) {
    shares.names.push_back(groups[i].name);
    shares.ratios.insert(
        shares.ratios.end(),
        {groups[i].wanted, balance.before[i], balance.after[i]});
  }
  shares.ratio = balance.worst_after;
  change->remarks.push_back(std::move(shares));
  for (const BalanceLump& lump : balance.lumps) {
    Remark remark{RemarkKind::kBalanceLump};
    remark.subject = AskerOf(lump.slot, traffic, dataset);
    remark.names = {lump.group};
    remark.ratio = lump.share;
    change->remarks.push_back(std::move(remark));
  }
}

}  // namespace

const redis::AffinityLabel* LabelOfKey(uint64_t key,
                                       const redis::AffinityEntries* entries) {
  if (!hashing::IsLabelKey({key}) || entries == nullptr) return nullptr;
  std::set<std::string> seen;
  for (const redis::AffinityEntry& entry : *entries) {
    if (!seen.insert(entry.label.name).second) continue;
    const uint64_t hash = hashing::LabelHash(entry.label.name);
    for (uint32_t part = 0; part < redis::kMaxLabelParts; ++part) {
      if (hashing::LabelKey(hash, part).value == key) return &entry.label;
    }
  }
  return nullptr;
}

std::string AskerText(uint64_t key, const redis::AffinityEntries* entries) {
  if (!hashing::IsLabelKey({key})) return hashing::SubnetText({key});
  const redis::AffinityLabel* const label = LabelOfKey(key, entries);
  return label == nullptr ? "a label" : "label " + label->name;
}

absl::StatusOr<Change> BalanceName(const Dataset& dataset,
                                   const redis::TrafficProfile& traffic,
                                   const BalanceRequest& request,
                                   const Occasion& occasion,
                                   const redis::GroupLoads& loads) {
  const auto found = FindName(dataset, request.name);
  if (!found.ok()) return found.status();
  const NameData& name = **found;
  const bool is_running =
      redis::CourseProgress(name.groups->course, occasion.unix_millis) <
      redis::kWholeShare;
  if (is_running && (request.weights.empty() || !request.over.empty())) {
    return StillRunning(name);
  }
  std::vector<WeightedGroup> groups;
  for (const WeightedGroup& group : *name.groups) {
    if (group.weight > 0 || !request.weights.empty()) groups.push_back(group);
  }
  if (!request.weights.empty() && !request.wanted.empty()) {
    return absl::InvalidArgumentError(
        "--weights says which weights to write, --wanted which shares to find "
        "weights for: expected one of them");
  }
  if (request.weights.empty() && groups.size() < kFewestGroups) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s has %d groups of weight above 0; there is nothing to balance "
        "between fewer than two",
        name.name, groups.size()));
  }
  if (request.weights.empty() && groups.size() > kMostBalanced) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s has %d groups of weight above 0; a balance is found for at most %d",
        name.name, groups.size(), kMostBalanced));
  }
  const bool by_load = request.by == "load";
  if (!by_load && request.by != "questions") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--by: \"%s\" is not understood; expected questions or load",
        Printable(request.by)));
  }
  if (by_load && !(request.wanted.empty() && request.weights.empty())) {
    return absl::InvalidArgumentError(
        "--by load finds weights under which all groups are used alike: "
        "expected it without --wanted and --weights");
  }
  bool is_within = true;  // the tolerance
  const bool by_hour = request.span == "hour";
  if (!by_hour && request.span != "day") {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--span: \"%s\" is not understood; expected day or hour",
        Printable(request.span)));
  }
  Change change;
  change.kind = redis::ChangeKind::kBalance;
  change.name = name.name;
  change.about.names = {name.name};
  change.before = RingWeights{groups};
  std::vector<WeightedGroup> after = groups;
  if (!request.weights.empty()) {
    const auto numbers = ParseNumbers("--weights", request.weights, name, 0);
    if (!numbers.ok()) return numbers.status();
    for (WeightedGroup& group : after) {
      const auto number = numbers->find(group.name);
      if (number != numbers->end()) group.weight = number->second;
    }
  } else {
    std::vector<float> questions = QuestionsOfSlots(
        traffic, by_hour ? QuestionSpan::kHour : QuestionSpan::kDay);
    const bool is_counted =
        !traffic.empty() &&
        *std::max_element(questions.begin(), questions.end()) > 0;
    if (!is_counted && !by_load) {
      return absl::FailedPreconditionError(
          "no questions have been counted yet: a node publishes what it counts "
          "(groupring:traffic) when it has answered for a minute; its log says "
          "if it may not write there");
    }
    // Each slot as much as the others, which weights alone share.
    if (!is_counted) {
      questions.assign(questions.size(),
                       1.0F / static_cast<float>(questions.size()));
    }
    std::vector<BalanceGroup> wanted;
    for (const WeightedGroup& group : groups) {
      wanted.push_back({group.name, group.weight, 0});
    }
    const absl::Status known =
        by_load ? CheckLoads(groups, dataset, loads, occasion.unix_millis)
                : SetWanted(WantedOf(groups, name, request.wanted), &wanted);
    if (!known.ok()) return known;
    if (by_load) WantEvenLoad(loads, questions, &wanted);
    // The same questions give the same weights. They change each minute, so
    // the weights that are shown come with the words that write exactly these.
    Mt19937Random random(1);
    const Balance balance = FindBalance(wanted, questions, &random);
    for (size_t i = 0; i < after.size(); ++i) {
      after[i].weight = balance.weights[i];
    }
    is_within = balance.worst_after <= kBalanceTolerance;
    if (by_load) change.remarks.push_back(LoadRemark(loads, wanted, balance));
    Describe(balance, wanted, traffic, dataset, &change);
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    if (after[i].weight == groups[i].weight) continue;
    change.writes.emplace_back(
        redis::SetWeight{name.name, after[i].name, after[i].weight});
  }
  int64_t over = 0;
  if (!request.over.empty()) {
    const auto parsed = ParseDuration(request.over, "--over");
    if (!parsed.ok()) return parsed.status();
    const absl::Status can_ramp = CheckRamp(groups, after);
    if (!can_ramp.ok()) return can_ramp;
    over = *parsed;
  }
  change.after = RingWeights{after, over};
  if (change.writes.empty() && !is_running) {
    change.remarks.push_back({is_within ? RemarkKind::kBalancedAlready
                                        : RemarkKind::kNoNearerWeights});
    return change;
  }
  if (over != 0) {
    const redis::WeightCourse course{occasion.unix_seconds(), over};
    change.settled = change.writes;
    change.settled_unix_seconds = course.end();
    std::vector<WeightedGroup> before = groups;
    std::erase_if(before,
                  [](const WeightedGroup& group) { return group.weight == 0; });
    change.writes.emplace_back(
        redis::SetWeightCourse{name.name, course, std::move(before)});
    change.remarks.push_back({RemarkKind::kRampEnds});
  } else if (name.groups->course.exists()) {
    // It would begin again with what is left of it.
    change.writes.emplace_back(
        redis::EndWeightCourse{name.name, GroupsOf(name)});
    if (is_running) change.remarks.push_back({RemarkKind::kCourseEnds});
  }
  RemarkOnRingMates(dataset, name, &change);
  const std::string with_over =
      over == 0 ? "" : " --over " + DurationText(over);
  if (request.weights.empty()) {
    Remark exactly{RemarkKind::kWrittenExactlyBy};
    exactly.subject =
        absl::StrFormat("groupring balance %s --weights %s%s --apply",
                        name.name, WeightsText(after), with_over);
    change.remarks.push_back(std::move(exactly));
  }
  Remark undo{RemarkKind::kUndoneBy};
  undo.subject = absl::StrFormat("groupring balance %s --weights %s --apply",
                                 name.name, WeightsText(groups));
  change.remarks.push_back(std::move(undo));
  return change;
}

}  // namespace groupring::backend
