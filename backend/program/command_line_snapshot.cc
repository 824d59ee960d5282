#include <CLI/CLI.hpp>

#include "backend/change/snapshot_changes.h"
#include "backend/program/command_tree.h"

namespace groupring::backend {

void AddSnapshotChanges(CLI::App* noun, ChangeBranch branch) {
  CLI::App* accept = noun->add_subcommand(
      "accept",
      "Say that what Redis holds now is meant, to nodes that take it for a "
      "loss and answer from before");
  const auto options = AddChangeOptions(accept, branch);
  accept->callback([=, chosen = branch.chosen] {
    chosen->run = [=] {
      return RunChange(*options, {},
                       [&](redis::Dataset* dataset, const Occasion& occasion,
                           ControlStore* store) -> absl::StatusOr<Change> {
                         const auto nodes = store->Nodes();
                         if (!nodes.ok()) return nodes.status();
                         return AcceptSnapshot(*dataset, *nodes, options->force,
                                               occasion);
                       });
    };
  });
}

}  // namespace groupring::backend
