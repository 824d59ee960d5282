#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "backend/change/address_changes.h"
#include "backend/change/block_changes.h"
#include "backend/program/command_tree.h"

namespace groupring::backend {
namespace {

struct Operands {
  std::string owner;
  std::vector<std::string> addresses;
  std::string address;
  std::string name;
  bool create = false;
};

using Make = absl::StatusOr<Change> (*)(redis::Dataset*, const Operands&,
                                        ControlStore*, const Occasion&);

std::shared_ptr<Operands> AddVerb(CLI::App* verb, const ChangeBranch& branch,
                                  Make make) {
  auto operands = std::make_shared<Operands>();
  const auto options = AddChangeOptions(verb, branch);
  verb->callback([=, chosen = branch.chosen] {
    chosen->run = [=] {
      return RunChange(*options, {},
                       [&](redis::Dataset* dataset, const Occasion& occasion,
                           ControlStore* store) {
                         return make(dataset, *operands, store, occasion);
                       });
    };
  });
  return operands;
}

void AddSetOperands(CLI::App* verb, Operands* operands) {
  verb->add_option("group", operands->owner,
                   "The group, or a name with addresses of its own")
      ->required()
      ->type_name("");
  verb->add_option("addresses", operands->addresses,
                   "Addresses or ranges, such as 198.51.100.7 or "
                   "2001:db8:1::/48")
      ->required()
      ->type_name("");
}

void AddBlockOperands(CLI::App* verb, Operands* operands, const char* where) {
  verb->add_option("address", operands->address, "An address or prefix")
      ->required()
      ->type_name("");
  verb->add_option("--name", operands->name, where)->type_name("NAME");
}

}  // namespace

void AddAddressChanges(CLI::App* noun, ChangeBranch branch) {
  CLI::App* add = noun->add_subcommand("add", "Give a group more addresses");
  const auto added = AddVerb(
      add, branch,
      [](redis::Dataset* dataset, const Operands& o, ControlStore* store,
         const Occasion& occasion) -> absl::StatusOr<Change> {
        const absl::Status known =
            LoadUnreferencedGroup(o.owner, store, dataset);
        if (!known.ok()) return known;
        return AddAddresses(*dataset, o.owner, o.addresses, o.create, occasion);
      });
  AddSetOperands(add, added.get());
  add->add_flag("--create", added->create,
                "Take a group that is on no name yet, too");

  CLI::App* remove =
      noun->add_subcommand("remove", "Take addresses away from a group");
  AddSetOperands(
      remove,
      AddVerb(
          remove, branch,
          [](redis::Dataset* dataset, const Operands& o, ControlStore* store,
             const Occasion& occasion) -> absl::StatusOr<Change> {
            const absl::Status known =
                LoadUnreferencedGroup(o.owner, store, dataset);
            if (!known.ok()) return known;
            return RemoveAddresses(*dataset, o.owner, o.addresses, occasion);
          })
          .get());

  CLI::App* block = noun->add_subcommand(
      "block", "Never answer an address, whatever sets it is in");
  AddBlockOperands(block,
                   AddVerb(block, branch,
                           [](redis::Dataset* dataset, const Operands& o,
                              ControlStore*, const Occasion& occasion) {
                             return BlockAddress(*dataset, o.address, o.name,
                                                 occasion);
                           })
                       .get(),
                   "At this name only (default: at all)");

  CLI::App* unblock =
      noun->add_subcommand("unblock", "Answer a blocked address again");
  AddBlockOperands(unblock,
                   AddVerb(unblock, branch,
                           [](redis::Dataset* dataset, const Operands& o,
                              ControlStore* store, const Occasion& occasion) {
                             return UnblockAddress(
                                 *dataset, o.address, o.name,
                                 [store](const std::string& key) {
                                   return store->Members(key);
                                 },
                                 occasion);
                           })
                       .get(),
                   "At this name only (default: wherever it is blocked)");
}

}  // namespace groupring::backend
