#include "backend/change/balance_changes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "backend/change/balance.h"
#include "backend/change/find.h"
#include "backend/change/load_balance.h"
#include "backend/change/membership_changes.h"
#include "backend/change/operands.h"
#include "backend/clients/asker_text.h"
#include "backend/clients/question_shares.h"
#include "hashing/label_key.h"
#include "redis/base/printable.h"
#include "redis/base/random.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

using redis::Dataset;
using redis::NameData;
using redis::WeightedGroup;

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

// Says whose questions those of the slot are ("203.0.113.0/24", "label
// google"), and whether that is a label.
void NameAsker(uint32_t slot, const redis::TrafficProfile& traffic,
               const Dataset& dataset, Remark* remark) {
  const auto found =
      std::find_if(traffic.keys.begin(), traffic.keys.end(),
                   [&](const redis::SlotKey& key) { return key.slot == slot; });
  if (found == traffic.keys.end()) {
    remark->subject = absl::StrFormat("slot %d", slot);
    return;
  }
  remark->subject = AskerText(found->key, dataset.affinity.get());
  if (hashing::IsLabelKey({found->key})) {
    remark->kind = RemarkKind::kBalanceLumpOfLabel;
  }
}

void Describe(const Balance& balance, const std::vector<BalanceGroup>& groups,
              const redis::TrafficProfile& traffic, const Dataset& dataset,
              bool is_counted, std::vector<Remark>* remarks) {
  Remark shares{is_counted ? RemarkKind::kBalanceShares
                           : RemarkKind::kBalanceSharesOfClients};
  for (size_t i = 0; i < groups.size(); ++i) {
    shares.names.push_back(groups[i].name);
    shares.ratios.insert(
        shares.ratios.end(),
        {groups[i].wanted, balance.before[i], balance.after[i]});
  }
  shares.ratio = balance.worst_after;
  remarks->push_back(std::move(shares));
  for (const BalanceLump& lump : balance.lumps) {
    Remark remark{RemarkKind::kBalanceLump};
    NameAsker(lump.slot, traffic, dataset, &remark);
    remark.names = lump.between;
    std::erase(remark.names, lump.group);
    remark.names.insert(remark.names.begin(), lump.group);
    remark.ratio = lump.share;
    remarks->push_back(std::move(remark));
  }
}

// The weights to write, in the order of the groups before.
struct NewWeights {
  std::vector<WeightedGroup> groups;
  bool is_within = true;  // the tolerance
  std::vector<Remark> remarks;
};

// Those that --weights gives.
absl::StatusOr<NewWeights> GivenWeights(const std::string& text,
                                        const NameData& name,
                                        std::vector<WeightedGroup> groups) {
  const auto numbers = ParseNumbers("--weights", text, name, 0);
  if (!numbers.ok()) return numbers.status();
  for (WeightedGroup& group : groups) {
    const auto number = numbers->find(group.name);
    if (number != numbers->end()) group.weight = number->second;
  }
  return NewWeights{std::move(groups), true, {}};
}

// What a balance is found by.
struct Basis {
  const Dataset& dataset;
  const redis::TrafficProfile& traffic;
  const redis::GroupLoads& loads;
  int64_t unix_millis = 0;
};

absl::StatusOr<NewWeights> FindWeights(const Basis& basis,
                                       const BalanceRequest& request,
                                       const NameData& name,
                                       std::vector<WeightedGroup> groups) {
  const bool by_load = request.by == "load";
  std::vector<float> questions = QuestionsOfSlots(
      basis.traffic,
      request.span == "hour" ? QuestionSpan::kHour : QuestionSpan::kDay);
  const bool is_counted =
      !basis.traffic.empty() &&
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
  wanted.reserve(groups.size());
  for (const WeightedGroup& group : groups) {
    wanted.push_back({group.name, group.weight, 0});
  }
  const absl::Status known =
      by_load
          ? CheckLoads(groups, basis.dataset, basis.loads, basis.unix_millis)
          : SetWanted(WantedOf(groups, name, request.wanted), &wanted);
  if (!known.ok()) return known;
  if (by_load) WantEvenLoad(basis.loads, questions, &wanted);
  // The same questions give the same weights. They change each minute, so the
  // weights that are shown come with the words that write exactly these.
  Mt19937Random random(1);
  const Balance balance = FindBalance(wanted, questions, &random);
  NewWeights found{
      std::move(groups), balance.worst_after <= kBalanceTolerance, {}};
  for (size_t i = 0; i < found.groups.size(); ++i) {
    found.groups[i].weight = balance.weights[i];
  }
  if (by_load) {
    found.remarks.push_back(LoadRemark(basis.loads, wanted, balance));
  }
  Describe(balance, wanted, basis.traffic, basis.dataset, is_counted,
           &found.remarks);
  return found;
}

// Seconds over which the weights are to change; 0: at once.
absl::StatusOr<int64_t> ParseOver(const std::string& text,
                                  const std::vector<WeightedGroup>& before,
                                  const std::vector<WeightedGroup>& after) {
  if (text.empty()) return 0;
  const auto over = ParseDuration(text, "--over");
  if (!over.ok()) return over.status();
  const absl::Status can_ramp = CheckRamp(before, after);
  if (!can_ramp.ok()) return can_ramp;
  return *over;
}

// The course over which the weights change.
void AddCourse(const NameData& name, std::vector<WeightedGroup> before,
               const redis::WeightCourse& course, Change* change) {
  change->settled = change->writes;
  change->settled_unix_seconds = course.end();
  std::erase_if(before,
                [](const WeightedGroup& group) { return group.weight == 0; });
  change->writes.emplace_back(
      redis::SetWeightCourse{name.name, course, std::move(before)});
  change->remarks.push_back({RemarkKind::kRampEnds});
}

// The commands that write exactly these weights, and those before again.
void AddCommands(const BalanceRequest& request, const NameData& name,
                 const std::vector<WeightedGroup>& before,
                 const RingWeights& after, Change* change) {
  if (request.weights.empty()) {
    const std::string with_over =
        after.over == 0 ? "" : " --over " + DurationText(after.over);
    Remark exactly{RemarkKind::kWrittenExactlyBy};
    exactly.subject =
        absl::StrFormat("groupring balance %s --weights %s%s --apply",
                        name.name, WeightsText(after.groups), with_over);
    change->remarks.push_back(std::move(exactly));
  }
  Remark undo{RemarkKind::kUndoneBy};
  undo.subject = absl::StrFormat("groupring balance %s --weights %s --apply",
                                 name.name, WeightsText(before));
  change->remarks.push_back(std::move(undo));
}

}  // namespace

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
  std::vector<WeightedGroup> before;
  for (const WeightedGroup& group : *name.groups) {
    if (group.weight > 0 || !request.weights.empty()) before.push_back(group);
  }
  const absl::Status sound = CheckRequest(request, name, before.size());
  if (!sound.ok()) return sound;
  absl::StatusOr<NewWeights> after =
      request.weights.empty()
          ? FindWeights({dataset, traffic, loads, occasion.unix_millis},
                        request, name, before)
          : GivenWeights(request.weights, name, before);
  if (!after.ok()) return after.status();
  const absl::StatusOr<int64_t> over =
      ParseOver(request.over, before, after->groups);
  if (!over.ok()) return over.status();

  Change change;
  change.kind = redis::ChangeKind::kBalance;
  change.name = name.name;
  change.about.names = {name.name};
  change.before = RingWeights{before};
  const RingWeights weights{after->groups, *over};
  change.after = weights;
  change.remarks = std::move(after->remarks);
  for (size_t i = 0; i < before.size(); ++i) {
    if (weights.groups[i].weight == before[i].weight) continue;
    change.writes.emplace_back(redis::SetWeight{
        name.name, weights.groups[i].name, weights.groups[i].weight});
  }
  if (change.writes.empty() && !is_running) {
    change.remarks.push_back({after->is_within ? RemarkKind::kBalancedAlready
                                               : RemarkKind::kNoNearerWeights});
    return change;
  }
  if (*over != 0) {
    AddCourse(name, before, {occasion.unix_seconds(), *over}, &change);
  } else if (name.groups->course.exists()) {
    // It would begin again with what is left of it.
    change.writes.emplace_back(
        redis::EndWeightCourse{name.name, GroupsOf(name)});
    if (is_running) change.remarks.push_back({RemarkKind::kCourseEnds});
  }
  RemarkOnRingMates(dataset, name, &change);
  AddCommands(request, name, before, weights, &change);
  return change;
}

}  // namespace groupring::backend
