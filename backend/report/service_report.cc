#include "backend/report/service_report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "backend/resolver/group_choice.h"
#include "hashing/shares.h"

namespace groupring::backend {
namespace {

struct Extent {
  double least = 1;
  double most = 0;
};

// By group. Empty when there are too many rings to count.
std::map<std::string, Extent> CountShares(const Snapshot& snapshot,
                                          int64_t unix_millis) {
  std::map<std::string, Extent> shares;
  if (snapshot.rings.size() > kMaxReportedRings) return shares;
  for (const auto& view : snapshot.rings) {
    for (const auto& [group, slots] :
         hashing::SharesOf(ServiceState(*view, unix_millis))) {
      const double ratio = static_cast<double>(slots) / hashing::kSlots;
      Extent& extent = shares[group];
      extent.least = std::min(extent.least, ratio);
      extent.most = std::max(extent.most, ratio);
    }
  }
  return shares;
}

}  // namespace

ServiceReport ReportService(const Snapshot& snapshot,
                            const redis::Dataset& dataset, NodesReport nodes,
                            Diagnostics problems, int64_t unix_millis) {
  ServiceReport report;
  report.zones = snapshot.zones.size();
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic != nullptr) ++report.names;
  }
  const std::map<std::string, Extent> shares =
      CountShares(snapshot, unix_millis);
  for (GroupReport& group : ReportGroups(snapshot, dataset, unix_millis)) {
    ServiceGroup entry;
    if (!group.names.empty()) {
      const auto [least, most] = std::minmax_element(
          group.names.begin(), group.names.end(),
          [](const auto& a, const auto& b) { return a.weight < b.weight; });
      entry.least_weight = least->weight;
      entry.most_weight = most->weight;
    }
    const auto share = shares.find(group.group);
    if (share != shares.end()) {
      entry.least_share = share->second.least;
      entry.most_share = share->second.most;
    }
    entry.group = std::move(group);
    report.groups.push_back(std::move(entry));
  }
  report.nodes = std::move(nodes);
  report.problems = std::move(problems);
  return report;
}

}  // namespace groupring::backend
