#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "backend/change/membership_changes.h"
#include "backend/change/name_changes.h"
#include "backend/program/command_tree.h"

namespace groupring::backend {
namespace {

struct Operands {
  std::string name;
  std::string group;
  std::string weight;
  std::vector<std::string> assignments;
  bool create = false;
};

using Make = absl::StatusOr<Change> (*)(redis::Dataset*, const Operands&,
                                        const Occasion&, ControlStore*);

std::shared_ptr<Operands> AddVerb(CLI::App* verb, const ChangeBranch& branch,
                                  Make make) {
  auto operands = std::make_shared<Operands>();
  const auto options = AddChangeOptions(verb, branch);
  verb->add_option("name", operands->name, "The name")
      ->required()
      ->type_name("");
  verb->callback([=, chosen = branch.chosen] {
    chosen->run = [=] {
      return RunChange(*options, {},
                       [&](redis::Dataset* dataset, const Occasion& occasion,
                           ControlStore* store) {
                         return make(dataset, *operands, occasion, store);
                       });
    };
  });
  return operands;
}

void AddCreateFlag(CLI::App* verb, Operands* operands, const char* what) {
  verb->add_flag("--create", operands->create, what);
}

}  // namespace

void AddNameChanges(CLI::App* noun, ChangeBranch branch) {
  CLI::App* set = noun->add_subcommand(
      "set",
      "Set what a name answers with: SOA, NS, TTL, ANSWER, ANSWERS, ON_EMPTY, "
      "RECORDS");
  const auto set_operands = AddVerb(
      set, branch,
      [](redis::Dataset* dataset, const Operands& o, const Occasion& occasion,
         ControlStore*) {
        return SetName(*dataset, o.name, o.assignments, o.create, occasion);
      });
  set->add_option("assignments", set_operands->assignments,
                  "KEY=VALUE; KEY= removes the key")
      ->required()
      ->type_name("");
  AddCreateFlag(set, set_operands.get(), "Make the name if it is new");

  CLI::App* add =
      noun->add_subcommand("add-group", "Put a group on the ring of a name");
  const auto add_operands = AddVerb(
      add, branch,
      [](redis::Dataset* dataset, const Operands& o, const Occasion& occasion,
         ControlStore* store) -> absl::StatusOr<Change> {
        const absl::Status known =
            LoadUnreferencedGroup(o.group, store, dataset);
        if (!known.ok()) return known;
        return AddGroup(*dataset, o.name, o.group, o.weight, o.create,
                        occasion);
      });
  add->add_option("group", add_operands->group, "The group")
      ->required()
      ->type_name("");
  add->add_option("--weight", add_operands->weight, "Its weight (default 100)")
      ->type_name("WEIGHT");
  AddCreateFlag(add, add_operands.get(),
                "Make the name or the group if it is new");

  CLI::App* remove_group = noun->add_subcommand(
      "remove-group", "Take a group off the ring of a name");
  const auto remove_operands =
      AddVerb(remove_group, branch,
              [](redis::Dataset* dataset, const Operands& o,
                 const Occasion& occasion, ControlStore*) {
                return RemoveGroup(*dataset, o.name, o.group, occasion);
              });
  remove_group->add_option("group", remove_operands->group, "The group")
      ->required()
      ->type_name("");

  CLI::App* remove = noun->add_subcommand(
      "remove", "Remove a name and everything that is set for it");
  AddVerb(
      remove, branch,
      [](redis::Dataset* dataset, const Operands& o, const Occasion& occasion,
         ControlStore*) { return RemoveName(*dataset, o.name, occasion); });
}

}  // namespace groupring::backend
