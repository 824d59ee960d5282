#include <CLI/CLI.hpp>

#include "backend/control/snapshot_changes.h"
#include "backend/program/command_tree.h"

namespace groupring::backend {

void AddSnapshot(CLI::App* noun, ChosenCommand* chosen) {
  CLI::App* show = noun->add_subcommand(
      "show", "What each node answers from, and what Redis holds instead");
  const auto show_options = AddReadOptions(show);
  show->callback(
      [=] { chosen->run = [=] { return ShowSnapshot(*show_options); }; });

  CLI::App* accept = noun->add_subcommand(
      "accept",
      "Say that what Redis holds now is meant, to nodes that take it for a "
      "loss and answer from before");
  const auto options = AddChangeOptions(accept, {chosen});
  accept->callback([=] {
    chosen->run = [=] {
      return RunChange(
          *options, {},
          [&](const redis::Dataset& dataset, const Occasion& occasion,
              ControlStore* store) -> absl::StatusOr<Change> {
            const auto nodes = store->Nodes();
            if (!nodes.ok()) return nodes.status();
            return AcceptSnapshot(dataset, *nodes, options->force, occasion);
          });
    };
  });
}

}  // namespace groupring::backend
