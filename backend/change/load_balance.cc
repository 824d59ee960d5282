#include "backend/change/load_balance.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "redis/base/printable.h"
#include "redis/model/availability.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/group_load.h"

namespace groupring::backend {
namespace {

// So much at a time.
constexpr double kLargestStep = 2;
// A group without a question can be given some.
constexpr double kLeastShare = 1e-4;

absl::Status NoBasis(const std::string& group, const std::string& why) {
  return absl::FailedPreconditionError(absl::StrFormat(
      "--by load: %s %s; expected HSET %s%s sessions N capacity N at "
      "UNIX-SECONDS of each group of weight above 0, at most %d s old",
      Printable(group), why, redis::kLoadKeyPrefix, Printable(group),
      redis::kLoadOldSeconds));
}

double UsedOnAverage(const redis::GroupLoads& loads,
                     const std::vector<BalanceGroup>& groups) {
  double sessions = 0;
  double capacity = 0;
  for (const BalanceGroup& group : groups) {
    sessions += static_cast<double>(loads.at(group.name).sessions);
    capacity += static_cast<double>(loads.at(group.name).capacity);
  }
  return sessions / capacity;
}

}  // namespace

absl::Status CheckLoads(const std::vector<redis::WeightedGroup>& groups,
                        const redis::Dataset& dataset,
                        const redis::GroupLoads& loads, int64_t unix_millis) {
  int64_t sessions = 0;
  for (const redis::WeightedGroup& group : groups) {
    const auto data = dataset.groups.find(group.name);
    if (data != dataset.groups.end()) {
      const redis::Intent intent = IntentOf(data->second->state, unix_millis);
      if (!intent.IsWhole()) {
        return absl::FailedPreconditionError(absl::StrFormat(
            "--by load: %s is %s, so its sessions do not say what its weight "
            "is worth; wait until it is back, or give it weight 0 here",
            Printable(group.name), ToText(intent.admin)));
      }
    }
    const auto load = loads.find(group.name);
    if (load == loads.end()) return NoBasis(group.name, "has no load in Redis");
    if (load->second.capacity == 0) {
      return NoBasis(group.name, "has a load without a capacity");
    }
    if (load->second.at == 0) {
      return NoBasis(group.name, "has a load that does not say since when");
    }
    if (const int64_t ahead = load->second.at - unix_millis / 1000;
        ahead > redis::kLoadOldSeconds) {
      return NoBasis(group.name,
                     absl::StrFormat("has a load from %d s ahead of now; is "
                                     "the clock right of who writes it",
                                     ahead));
    }
    if (IsOld(load->second, unix_millis)) {
      return NoBasis(group.name,
                     absl::StrFormat("has a load that is %d s old",
                                     unix_millis / 1000 - load->second.at));
    }
    sessions += load->second.sessions;
  }
  if (sessions > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "--by load: no group has a session, so there is nothing to even out");
}

void WantEvenLoad(const redis::GroupLoads& loads,
                  const std::vector<float>& questions,
                  std::vector<BalanceGroup>* groups) {
  const double average = UsedOnAverage(loads, *groups);
  const std::vector<double> shares = SharesOfQuestions(*groups, questions);
  double sum = 0;
  for (size_t i = 0; i < groups->size(); ++i) {
    BalanceGroup& group = (*groups)[i];
    const double used = loads.at(group.name).used();
    const double step =
        used <= average / kLargestStep ? kLargestStep : average / used;
    group.wanted =
        std::max(shares[i], kLeastShare) * std::max(step, 1 / kLargestStep);
    sum += group.wanted;
  }
  for (BalanceGroup& group : *groups) group.wanted /= sum;
}

Remark LoadRemark(const redis::GroupLoads& loads,
                  const std::vector<BalanceGroup>& groups,
                  const Balance& balance) {
  Remark remark{RemarkKind::kLoads};
  for (size_t i = 0; i < groups.size(); ++i) {
    const double used = loads.at(groups[i].name).used();
    remark.names.push_back(groups[i].name);
    const double before = std::max(balance.before[i], kLeastShare);
    remark.ratios.insert(remark.ratios.end(),
                         {used, used * balance.after[i] / before});
  }
  return remark;
}

}  // namespace groupring::backend
