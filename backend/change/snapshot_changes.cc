#include "backend/change/snapshot_changes.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/table.h"
#include "redis/model/acceptance.h"

namespace groupring::backend {
namespace {

using redis::ChangeKind;
std::string NamesWords(int64_t names) {
  return absl::StrFormat("%d name%s", names, names == 1 ? "" : "s");
}

}  // namespace

Change AcceptSnapshot(const redis::Dataset& dataset,
                      const std::vector<redis::NodeStatus>& nodes, bool force,
                      const Occasion& occasion) {
  const auto names = static_cast<int64_t>(dataset.names.size());
  redis::Acceptance acceptance{occasion.unix_millis, names, occasion.who,
                               occasion.reason};
  Change change;
  change.kind = ChangeKind::kSnapshotAccept;
  change.target = "snapshot";
  std::vector<std::string> doubting;
  for (const redis::NodeStatus& node : nodes) {
    if (!node.doubting()) continue;
    doubting.push_back(node.name);
    // A node's clock may be ahead of ours.
    acceptance.unix_millis = std::max(acceptance.unix_millis,
                                      node.answers_from_since_unix_millis + 1);
    if (node.doubted_names != names) {
      change.remarks.push_back(absl::StrFormat(
          "%s sees %s in its Redis, this one holds %d: it will not take this "
          "for an answer (another Redis, another database, or a change at "
          "this moment?)",
          Printable(node.name), NamesWords(node.doubted_names), names));
    }
  }
  change.before = doubting.empty()
                      ? "doubted by no node"
                      : "doubted by " + absl::StrJoin(doubting, ", ");
  change.after = NamesWords(names) + " accepted";
  if (doubting.empty() && !nodes.empty() && !force) {
    change.remarks.push_back(
        "no node that is alive doubts what Redis holds; --force accepts it "
        "nevertheless, for nodes that cannot write to Redis");
    return change;
  }
  change.writes = {redis::SetAccepted{acceptance}};
  return change;
}

}  // namespace groupring::backend
