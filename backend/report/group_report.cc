#include "backend/report/group_report.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"

namespace groupring::backend {
namespace {

using redis::AddressSet;
using redis::kFamilies;

std::vector<std::string> Texts(const AddressSet& set) {
  std::vector<std::string> texts;
  for (const redis::AddressRange& member : set.members()) {
    texts.push_back(member.text);
  }
  return texts;
}

GroupReport Describe(const redis::GroupData& group, int64_t unix_millis) {
  GroupReport report;
  report.group = group.name;
  report.state = group.state;
  report.intent = IntentOf(group.state, unix_millis);
  for (size_t f = 0; f < kFamilies; ++f) {
    report.addresses[f] = Texts(*group.addresses[f]);
    if (group.addresses[f]->empty() && group.last_good[f] != nullptr) {
      report.last_good[f] = Texts(*group.last_good[f]);
    }
  }
  return report;
}

using GroupMap = std::map<std::string, GroupReport>;

// Groups without a weight stand on no ring and are left out.
GroupMap Collect(const Snapshot& snapshot, int64_t unix_millis) {
  std::vector<std::vector<std::string>> names_of_ring(snapshot.rings.size());
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr && owner->dynamic->ring != kNoRing) {
      names_of_ring[owner->dynamic->ring].push_back(name);
    }
  }
  GroupMap groups;
  for (size_t r = 0; r < snapshot.rings.size(); ++r) {
    const RingView& view = *snapshot.rings[r];
    for (size_t i = 0; i < view.ring->size(); ++i) {
      auto [it, is_new] = groups.try_emplace(view.ring->name(i), GroupReport());
      if (is_new) it->second = Describe(*view.groups[i], unix_millis);
      for (const std::string& name : names_of_ring[r]) {
        it->second.names.push_back({name, view.ring->weight(i), {}});
      }
    }
  }
  return groups;
}

void SortNames(GroupReport* group) {
  std::sort(group->names.begin(), group->names.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

std::vector<GroupReport> Sorted(GroupMap groups) {
  std::vector<GroupReport> sorted;
  for (auto& [name, group] : groups) {
    SortNames(&group);
    sorted.push_back(std::move(group));
  }
  return sorted;
}

}  // namespace

std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      int64_t unix_millis) {
  return Sorted(Collect(snapshot, unix_millis));
}

std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      const redis::Dataset& dataset,
                                      int64_t unix_millis) {
  GroupMap groups = Collect(snapshot, unix_millis);
  for (const auto& [name, data] : dataset.names) {
    for (const redis::WeightedGroup& member : *data->groups) {
      if (member.weight != 0) continue;
      const auto group = dataset.groups.find(member.name);
      if (group == dataset.groups.end()) continue;
      const auto [it, is_new] = groups.try_emplace(member.name, GroupReport());
      if (is_new) it->second = Describe(*group->second, unix_millis);
      it->second.names.push_back({name, 0, {}});
    }
  }
  return Sorted(std::move(groups));
}

std::optional<GroupReport> ReportGroup(const Snapshot& snapshot,
                                       std::string_view group,
                                       int64_t unix_millis,
                                       size_t max_counted_rings) {
  auto groups = Collect(snapshot, unix_millis);
  const auto found = groups.find(std::string(group));
  if (found == groups.end()) return std::nullopt;
  GroupReport report = std::move(found->second);
  SortNames(&report);

  std::map<uint32_t, double> share_on_ring;
  for (GroupMembership& membership : report.names) {
    const uint32_t ring = snapshot.FindOwner(membership.name)->dynamic->ring;
    auto share = share_on_ring.find(ring);
    if (share == share_on_ring.end()) {
      if (share_on_ring.size() >= max_counted_rings) continue;
      const auto shares =
          hashing::SharesOf(ServiceState(*snapshot.rings[ring], unix_millis));
      share = share_on_ring
                  .emplace(ring, static_cast<double>(shares.at(report.group)) /
                                     hashing::kSlots)
                  .first;
    }
    membership.share = share->second;
  }
  return report;
}

}  // namespace groupring::backend
