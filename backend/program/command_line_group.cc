#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "backend/change/group_changes.h"
#include "backend/change/membership_changes.h"
#include "backend/program/command_tree.h"

namespace groupring::backend {
namespace {

struct Operands {
  std::string group;
  std::string name;
  std::string over;
  std::string weight;
};

constexpr ChangeKind kOut{.ends_by_itself = true, .takes_out = true};
constexpr ChangeKind kRampUp{.ends_by_itself = true, .takes_out = false};

// What each verb has in common: its options, and the change that it makes of
// its operands.
using Make = absl::StatusOr<Change> (*)(redis::Dataset*, const Operands&,
                                        const ChangeOptions&, const Occasion&);

std::shared_ptr<Operands> AddVerb(CLI::App* verb, const ChangeBranch& branch,
                                  ChangeKind kind, Make make) {
  auto operands = std::make_shared<Operands>();
  const auto options = AddChangeOptions(verb, branch);
  verb->callback([=, chosen = branch.chosen] {
    chosen->run = [=] {
      return RunChange(*options, kind,
                       [&](redis::Dataset* dataset, const Occasion& occasion,
                           ControlStore*) {
                         return make(dataset, *operands, *options, occasion);
                       });
    };
  });
  return operands;
}

void AddGroupOperand(CLI::App* verb, Operands* operands) {
  verb->add_option("group", operands->group, "The group")
      ->required()
      ->type_name("");
}

void AddOverOption(CLI::App* verb, Operands* operands) {
  verb->add_option("--over", operands->over,
                   "How long it takes from one end to the other: 30m, 1h30m")
      ->required()
      ->type_name("DURATION");
}

}  // namespace

void AddGroupChanges(CLI::App* noun, ChangeBranch branch) {
  CLI::App* enable =
      noun->add_subcommand("enable", "Bring a group back into service at once");
  AddGroupOperand(enable,
                  AddVerb(enable, branch, {},
                          [](redis::Dataset* dataset, const Operands& o,
                             const ChangeOptions&, const Occasion& occasion) {
                            return EnableGroup(*dataset, o.group, occasion);
                          })
                      .get());

  CLI::App* disable =
      noun->add_subcommand("disable", "Take a group out of service at once");
  AddGroupOperand(
      disable,
      AddVerb(disable, branch, kOut,
              [](redis::Dataset* dataset, const Operands& o,
                 const ChangeOptions& options, const Occasion& occasion) {
                return DisableGroup(*dataset, o.group, options.until, occasion);
              })
          .get());

  CLI::App* drain = noun->add_subcommand(
      "drain", "Move a group's clients to the others, a few at a time");
  const auto drained = AddVerb(
      drain, branch, kOut,
      [](redis::Dataset* dataset, const Operands& o,
         const ChangeOptions& options, const Occasion& occasion) {
        return DrainGroup(*dataset, o.group, o.over, options.until, occasion);
      });
  AddGroupOperand(drain, drained.get());
  AddOverOption(drain, drained.get());

  CLI::App* fill = noun->add_subcommand(
      "fill", "Bring a group's clients back, a few at a time");
  const auto filled = AddVerb(
      fill, branch, kRampUp,
      [](redis::Dataset* dataset, const Operands& o,
         const ChangeOptions& options, const Occasion& occasion) {
        return FillGroup(*dataset, o.group, o.over, options.until, occasion);
      });
  AddGroupOperand(fill, filled.get());
  AddOverOption(fill, filled.get());

  CLI::App* weight =
      noun->add_subcommand("weight", "Give a group another weight at one name");
  const auto weighed =
      AddVerb(weight, branch, {},
              [](redis::Dataset* dataset, const Operands& o,
                 const ChangeOptions&, const Occasion& occasion) {
                return SetWeight(*dataset, o.name, o.group, o.weight, occasion);
              });
  weight->add_option("name", weighed->name, "The name")
      ->required()
      ->type_name("");
  AddGroupOperand(weight, weighed.get());
  weight
      ->add_option("weight", weighed->weight,
                   "0 (answers nobody) to 1000; 100 is usual")
      ->required()
      ->type_name("");
}

}  // namespace groupring::backend
