#include "backend/change/planner.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "backend/change/health_changes.h"
#include "backend/change/interlock.h"
#include "backend/change/lost_answers.h"
#include "backend/change/razor_remark.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/dns_name.h"
#include "redis/model/health.h"
#include "redis/schema/dataset_edit.h"

namespace groupring::backend {
namespace {

using redis::ChangeKind;
using redis::Dataset;
using redis::NameData;

bool IsOnTouchedGroup(const NameData& name,
                      const std::set<std::string>& groups) {
  return std::any_of(
      name.groups->begin(), name.groups->end(),
      [&](const auto& member) { return groups.contains(member.name); });
}

// A change at a zone's apex affects the names of the zone.
bool IsAtOrBelow(const std::string& name, const std::set<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& zone) { return IsInZone(name, zone); });
}

bool AnswersAddresses(const NameData& name) {
  return !name.groups->empty() ||
         std::any_of(name.last_good.begin(), name.last_good.end(),
                     [](const auto& set) { return set != nullptr; });
}

// Of the names that the change concerns, for as long as their answers may be
// remembered.
uint32_t LargestTtl(const Dataset& before, const Dataset& after,
                    const redis::DatasetChange& touched, ChangeKind kind) {
  // A skip list at an apex, which may have no addresses, is about those of the
  // names below.
  const bool of_addresses_only =
      kind == ChangeKind::kAddressBlock || kind == ChangeKind::kAddressUnblock;
  const std::set<std::string> names(touched.names.begin(), touched.names.end());
  const std::set<std::string> groups(touched.groups.begin(),
                                     touched.groups.end());
  uint32_t largest = 0;
  for (const Dataset* dataset : {&before, &after}) {
    for (const auto& [name, data] : dataset->names) {
      if (data->config.ttl_seconds <= largest) continue;
      if (of_addresses_only && !AnswersAddresses(*data)) continue;
      if (touched.affinity || IsAtOrBelow(name, names) ||
          IsOnTouchedGroup(*data, groups)) {
        largest = data->config.ttl_seconds;
      }
    }
  }
  return largest;
}

redis::DatasetChange Union(redis::DatasetChange all,
                           const redis::DatasetChange& more) {
  const auto add = [](const std::vector<std::string>& from,
                      std::vector<std::string>* to) {
    for (const std::string& name : from) {
      if (std::find(to->begin(), to->end(), name) == to->end()) {
        to->push_back(name);
      }
    }
  };
  add(more.names, &all.names);
  add(more.groups, &all.groups);
  all.affinity = all.affinity || more.affinity;
  return all;
}

ClientImpact ClientsOf(const Snapshot& now, const Snapshot& settled,
                       const Change& wanted, int64_t unix_millis,
                       const Population* given) {
  if (given != nullptr) {
    return ImpactOnClients(now, unix_millis, settled, unix_millis, *given,
                           ClientImpact::Source::kGiven);
  }
  if (!wanted.about.affinity) return {};
  return ImpactOnClients(now, unix_millis, settled, unix_millis,
                         NetworksWritten(wanted.writes),
                         ClientImpact::Source::kNetworks);
}

// Enabling a group that is down moves nobody and looks as if it did.
std::optional<Objection> DownGroup(const Change& change, const Dataset& before,
                                   const redis::HealthData& health,
                                   int64_t unix_millis) {
  if (change.kind != ChangeKind::kGroupEnable &&
      change.kind != ChangeKind::kGroupFill) {
    return std::nullopt;
  }
  const redis::HealthConclusions conclusions =
      redis::Conclude(before, health, unix_millis, {});
  for (const std::string& group : change.about.groups) {
    const auto found = conclusions.groups.find(group);
    if (found == conclusions.groups.end()) continue;
    bool has_addresses = false;
    bool is_down = true;
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      if (found->second->families[f].addresses.empty()) continue;
      has_addresses = true;
      is_down = is_down && found->second->WithholdsAll(f);
    }
    if (has_addresses && is_down) {
      return Objection{.kind = ObjectionKind::kGroupIsDown, .subject = group};
    }
  }
  return std::nullopt;
}

// Nodes that answer by other rules than the plan is made by.
std::optional<Remark> OtherSchema(const Dataset& dataset,
                                  const std::vector<redis::NodeStatus>& nodes) {
  Remark remark{RemarkKind::kOtherSchema};
  for (const redis::NodeStatus& node : nodes) {
    if (node.is_up() && node.schema && *node.schema != dataset.schema) {
      remark.names.push_back(node.name);
    }
  }
  if (remark.names.empty()) return std::nullopt;
  return remark;
}

using LocalOut = std::map<std::string, int64_t>;

// The nodes that may answer and on which groups are out that others answer, by
// what is out there.
std::map<LocalOut, std::vector<std::string>> NodesWithGroupsOut(
    const std::vector<redis::NodeStatus>& nodes, int64_t unix_millis) {
  std::map<LocalOut, std::vector<std::string>> found;
  for (const redis::NodeStatus& node : nodes) {
    if (node.state == redis::NodeState::kStopped) continue;
    LocalOut out;
    for (const auto& [group, until] : node.local_out) {
      if (unix_millis < until * 1000) out.emplace(group, until);
    }
    if (out.empty()) continue;
    std::vector<std::string>& names = found[std::move(out)];
    if (std::find(names.begin(), names.end(), node.name) == names.end()) {
      names.push_back(node.name);
    }
  }
  return found;
}

SnapshotBuilder::LocalStates StatesOf(const LocalOut& out) {
  SnapshotBuilder::LocalStates states;
  for (const auto& [group, until] : out) {
    redis::GroupState state;
    state.state = redis::AdminState::kDisabled;
    state.until = until;
    state.of_this_node = true;
    states[group] = std::make_shared<const redis::GroupState>(std::move(state));
  }
  return states;
}

// What the interlock says to a change at each of the times: for each name that
// is not among `objected`, and is among them afterwards, the first.
void Interlock(const Snapshot& now, const Snapshot& after,
               const std::vector<int64_t>& times, const InterlockLimits& limits,
               std::set<std::string>* objected,
               std::vector<Objection>* objections) {
  for (const int64_t time : times) {
    for (Objection& objection : Objections(now, time, after, time, limits)) {
      if (objected->insert(objection.subject).second) {
        objections->push_back(std::move(objection));
      }
    }
  }
}

// Whether health keeps anything of the group from being answered.
bool Withholds(const Dataset& dataset, const redis::HealthData& health,
               const std::string& group, int64_t unix_millis) {
  const auto concluded = redis::Conclude(dataset, health, unix_millis, {});
  const auto found = concluded.groups.find(group);
  if (found == concluded.groups.end()) return false;
  return found->second->WithholdsAny(0) || found->second->WithholdsAny(1);
}

}  // namespace

Plan MakePlan(const Dataset& before, Change change,
              const InterlockLimits& limits, int64_t unix_millis,
              const redis::HealthData& health,
              const std::vector<redis::NodeStatus>& nodes,
              const Population* clients, const redis::TrafficProfile* traffic,
              const redis::AlikeNames& alike) {
  Plan plan;
  plan.change = std::move(change);
  if (auto remark = UnknownToRazor(before, plan.change.writes)) {
    plan.change.remarks.push_back(*std::move(remark));
  }
  if (auto remark = OtherSchema(before, nodes)) {
    plan.change.remarks.push_back(*std::move(remark));
  }
  const Change& wanted = plan.change;
  const redis::EditedDataset written = Apply(wanted.writes, before);
  plan.touched = Union(wanted.about, written.touched);
  plan.max_ttl_seconds =
      LargestTtl(before, written.dataset, plan.touched, wanted.kind);
  plan.leaves_no_name = !before.names.empty() && written.dataset.names.empty();
  if (wanted.writes.empty()) return plan;

  // What is wrong with the data is reported elsewhere.
  SnapshotBuilder builder([](Severity, const std::string&) {});
  redis::DatasetChange everything;
  everything.everything = true;
  const redis::HealthData health_after = WithPauses(wanted.writes, health);
  const auto snapshot_of = [&](const Dataset& dataset,
                               const redis::HealthData& data,
                               const redis::DatasetChange& touched) {
    builder.SetHealth(std::make_shared<const redis::HealthConclusions>(
        redis::Conclude(dataset, data, unix_millis, {})));
    return builder.Apply(dataset, touched, unix_millis);
  };
  const auto now = snapshot_of(before, health, everything);
  const auto after = snapshot_of(written.dataset, health_after, plan.touched);
  const auto settled = wanted.settled.empty()
                           ? after
                           : snapshot_of(Apply(wanted.settled, before).dataset,
                                         health_after, plan.touched);

  const bool pauses = wanted.kind == redis::ChangeKind::kHealthPause ||
                      wanted.kind == redis::ChangeKind::kHealthResume;
  if (pauses && !Withholds(before, health, wanted.group, unix_millis) &&
      !Withholds(before, health_after, wanted.group, unix_millis)) {
    plan.max_ttl_seconds = 0;  // no answer changes
  }
  plan.impact = CompareSnapshots(*now, unix_millis, *settled, unix_millis,
                                 traffic, alike);
  plan.clients = ClientsOf(*now, *settled, wanted, unix_millis, clients);
  plan.objections = wanted.objections;
  const std::vector<int64_t> times =
      DecisiveTimes(written.dataset, unix_millis);
  std::set<std::string> objected;
  Interlock(*now, *after, times, limits, &objected, &plan.objections);
  for (auto& [out, names] : NodesWithGroupsOut(nodes, unix_millis)) {
    builder.SetLocalStates(StatesOf(out));
    const auto now_there = snapshot_of(before, health, everything);
    const auto after_there =
        snapshot_of(written.dataset, health_after, plan.touched);
    const size_t known = plan.objections.size();
    Interlock(*now_there, *after_there, times, limits, &objected,
              &plan.objections);
    for (size_t i = known; i < plan.objections.size(); ++i) {
      plan.objections[i].nodes = names;
      for (const auto& [group, until] : out) {
        plan.objections[i].locally_out.push_back(group);
      }
    }
  }
  if (const auto down = DownGroup(wanted, before, health, unix_millis)) {
    plan.objections.push_back(*down);
  }
  for (Objection& loss : LostAnswers(*now, *settled, unix_millis)) {
    plan.objections.push_back(std::move(loss));
  }
  for (Objection& objection : plan.objections) {
    if (objection.kind == ObjectionKind::kGroupFamilyLost) {
      objection.count = CountMore(objection.names, alike);
    } else if (alike.contains(objection.subject)) {
      objection.count = CountMore({objection.subject}, alike);
    }
  }
  return plan;
}

}  // namespace groupring::backend
