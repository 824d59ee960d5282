#include "backend/control/planner.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "backend/plan/decisive_times.h"
#include "backend/plan/lost_answers.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/dns_name.h"

namespace groupring::backend {
namespace {

using redis::Dataset;
using redis::NameData;

bool IsOnTouchedGroup(const NameData& name,
                      const std::set<std::string>& groups) {
  return std::any_of(
      name.groups->begin(), name.groups->end(),
      [&](const auto& member) { return groups.contains(member.name); });
}

// A change at a zone's apex bears on the names of the zone.
bool IsAtOrBelow(const std::string& name, const std::set<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& zone) { return IsInZone(name, zone); });
}

uint32_t LargestTtl(const Dataset& before, const Dataset& after,
                    const redis::DatasetChange& touched) {
  const std::set<std::string> names(touched.names.begin(), touched.names.end());
  const std::set<std::string> groups(touched.groups.begin(),
                                     touched.groups.end());
  uint32_t largest = 0;
  for (const Dataset* dataset : {&before, &after}) {
    for (const auto& [name, data] : dataset->names) {
      if (data->config.ttl_seconds <= largest) continue;
      if (IsAtOrBelow(name, names) || IsOnTouchedGroup(*data, groups)) {
        largest = data->config.ttl_seconds;
      }
    }
  }
  return largest;
}

}  // namespace

Plan MakePlan(const Dataset& before, Change change,
              const InterlockLimits& limits, int64_t unix_millis) {
  Plan plan;
  plan.change = std::move(change);
  const Change& wanted = plan.change;
  plan.max_ttl_seconds = LargestTtl(before, wanted.written, wanted.touched);
  if (wanted.commands.empty()) return plan;

  // Complaints about the data are the reports' business.
  SnapshotBuilder builder([](Severity, const std::string&) {});
  redis::DatasetChange everything;
  everything.everything = true;
  const auto now = builder.Apply(before, everything, unix_millis);
  const auto written =
      builder.Apply(wanted.written, wanted.touched, unix_millis);
  const auto settled =
      builder.Apply(wanted.settled, wanted.touched, unix_millis);

  plan.impact = CompareSnapshots(*now, unix_millis, *settled, unix_millis);
  std::set<std::string> names_objected;
  for (const int64_t time : DecisiveTimes(wanted.written, unix_millis)) {
    for (std::string& objection :
         Objections(*now, time, *written, time, limits)) {
      // One objection for each name, that of the first time it has one.
      if (names_objected.insert(objection.substr(0, objection.find(' ')))
              .second) {
        plan.objections.push_back(std::move(objection));
      }
    }
  }
  for (std::string& loss : LostAnswers(*now, *settled, unix_millis)) {
    plan.objections.push_back(std::move(loss));
  }
  return plan;
}

}  // namespace groupring::backend
