#include "backend/report/group_report.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "backend/report/group_words.h"
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
  report.state = StateWords(group.state, unix_millis);
  report.circumstances = StateCircumstances(group.state, unix_millis);
  report.admin = group.state;
  report.retained = KeptRatio(IntentOf(group.state, unix_millis));
  for (size_t f = 0; f < kFamilies; ++f) {
    report.addresses[f] = Texts(*group.addresses[f]);
    if (group.addresses[f]->empty() && group.last_good[f] != nullptr) {
      report.last_good[f] = Texts(*group.last_good[f]);
    }
  }
  return report;
}

// Groups without a weight stand on no ring and are left out.
std::map<std::string, GroupReport> Collect(const Snapshot& snapshot,
                                           int64_t unix_millis) {
  std::vector<std::vector<std::string>> names_of_ring(snapshot.rings.size());
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr && owner->dynamic->ring != kNoRing) {
      names_of_ring[owner->dynamic->ring].push_back(name);
    }
  }
  std::map<std::string, GroupReport> groups;
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
  for (auto& [name, group] : groups) {
    std::sort(group.names.begin(), group.names.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  return groups;
}

}  // namespace

std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      int64_t unix_millis) {
  std::vector<GroupReport> groups;
  for (auto& [name, group] : Collect(snapshot, unix_millis)) {
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<GroupReport> ReportGroups(const Snapshot& snapshot,
                                      const redis::Dataset& dataset,
                                      int64_t unix_millis) {
  std::map<std::string, GroupReport> groups = Collect(snapshot, unix_millis);
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
  std::vector<GroupReport> sorted;
  for (auto& [name, group] : groups) {
    std::sort(group.names.begin(), group.names.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    sorted.push_back(std::move(group));
  }
  return sorted;
}

std::optional<GroupReport> ReportGroup(const Snapshot& snapshot,
                                       std::string_view group,
                                       int64_t unix_millis,
                                       size_t max_counted_rings) {
  auto groups = Collect(snapshot, unix_millis);
  const auto found = groups.find(std::string(group));
  if (found == groups.end()) return std::nullopt;
  GroupReport report = std::move(found->second);

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
