#include "backend/change/snapshot_changes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "redis/model/acceptance.h"

namespace groupring::backend {
namespace {

using redis::ChangeKind;
}  // namespace

Change AcceptSnapshot(const redis::Dataset& dataset,
                      const std::vector<redis::NodeStatus>& nodes, bool force,
                      const Occasion& occasion) {
  const auto names = static_cast<int64_t>(dataset.names.size());
  redis::Acceptance acceptance{occasion.unix_millis, names, occasion.who,
                               occasion.reason};
  Change change;
  change.kind = redis::ChangeKind::kSnapshotAccept;
  std::vector<std::string> doubting;
  for (const redis::NodeStatus& node : nodes) {
    if (!node.doubting()) continue;
    doubting.push_back(node.name);
    // A node's clock may be ahead of ours.
    acceptance.unix_millis = std::max(acceptance.unix_millis,
                                      node.answers_from_since_unix_millis + 1);
    if (node.doubted_names != names) {
      Remark remark{RemarkKind::kNodeSeesOtherNames, node.name};
      remark.number = node.doubted_names;
      change.remarks.push_back(std::move(remark));
    }
  }
  change.before = DoubtedBy{doubting};
  change.after = AcceptedNames{names};
  if (doubting.empty() && !nodes.empty() && !force) {
    change.remarks.push_back({RemarkKind::kNobodyDoubts});
    return change;
  }
  change.writes = {redis::SetAccepted{acceptance}};
  return change;
}

}  // namespace groupring::backend
