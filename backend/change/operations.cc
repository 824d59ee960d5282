#include "backend/change/operations.h"

#include "backend/change/address_changes.h"
#include "backend/change/affinity_changes.h"
#include "backend/change/balance_changes.h"
#include "backend/change/block_changes.h"
#include "backend/change/find.h"
#include "backend/change/group_changes.h"
#include "backend/change/health_changes.h"
#include "backend/change/membership_changes.h"
#include "backend/change/name_changes.h"
#include "backend/change/snapshot_changes.h"
#include "backend/change/withholding_changes.h"

namespace groupring::backend {
namespace {

using redis::ChangeKind;
using redis::Dataset;
using Kind = CommandParameter::Kind;

Needs NeedsGroup(const Dataset&, const Arguments& given) {
  return {.group = given.Text("group")};
}

Needs NeedsSkipLists(const Dataset& dataset, const Arguments& given) {
  return {.lists = SkipListsThatBlock(dataset, given.Text("address"),
                                      given.Text("--name"))};
}

Needs NeedsLoads(const Dataset& dataset, const Arguments& given) {
  Needs needs;
  const auto name = FindName(dataset, given.Text("name"));
  if (given.Text("--by") != "load" || !name.ok()) return needs;
  for (const redis::WeightedGroup& group : *(*name)->groups) {
    needs.loads.push_back(group.name);
  }
  return needs;
}

}  // namespace

std::vector<Operation> Operations() {
  const CommandParameter group{Kind::kOperand, "group", "The group"};
  const CommandParameter local{
      Kind::kFlag, kLocalOption,
      "On the node of this host only, through its control socket; needs no "
      "Redis, and an --until"};
  const CommandParameter over{
      Kind::kRequiredOption, "--over",
      "How long it takes from one end to the other: 30m, "
      "1h30m",
      "DURATION"};
  const CommandParameter name{Kind::kOperand, "name", "The name"};
  const CommandParameter owner{
      Kind::kOperand, "group",
      "The group, or a name with addresses of its own"};
  const CommandParameter addresses{
      Kind::kOperands, "addresses",
      "Addresses or ranges, such as 198.51.100.7 or 2001:db8:1::/48"};
  const CommandParameter address{Kind::kOperand, "address",
                                 "An address or prefix"};
  const CommandParameter prefixes{
      Kind::kOperands, "prefixes",
      "Networks, such as 203.0.113.0/24 or 2001:db8:17::/48"};
  const auto label = [](Kind kind, const char* help) {
    return CommandParameter{kind, "--label", help, "LABEL"};
  };
  const auto at_name = [](const char* help) {
    return CommandParameter{Kind::kOption, "--name", help, "NAME"};
  };
  const auto create = [](const char* help) {
    return CommandParameter{Kind::kFlag, "--create", help};
  };
  return {
      {.kind = ChangeKind::kGroupEnable,
       .help = "Bring a group back into service at once",
       .parameters = {group, local},
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return EnableGroup(asked.dataset(), asked.Text("group"),
                                asked.occasion);
           }},
      {.kind = ChangeKind::kGroupDisable,
       .help = "Take a group out of service at once",
       .parameters = {group, local},
       .ends_by_itself = true,
       .takes_out = true,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return DisableGroup(asked.dataset(), asked.Text("group"),
                                 asked.Text(kUntilOption), asked.occasion);
           }},
      {.kind = ChangeKind::kGroupDrain,
       .help = "Move a group's clients to the others, a few at a time",
       .parameters = {group, over},
       .ends_by_itself = true,
       .takes_out = true,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return DrainGroup(asked.dataset(), asked.Text("group"),
                               asked.Text("--over"), asked.Text(kUntilOption),
                               asked.occasion);
           }},
      {.kind = ChangeKind::kGroupFill,
       .help = "Bring a group's clients back, a few at a time",
       .parameters = {group, over},
       .ends_by_itself = true,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return FillGroup(asked.dataset(), asked.Text("group"),
                              asked.Text("--over"), asked.Text(kUntilOption),
                              asked.occasion);
           }},
      {.kind = ChangeKind::kGroupWeight,
       .help = "Give a group another weight at one name",
       .parameters = {name,
                      group,
                      {Kind::kOperand, "weight",
                       "0 (answers nobody) to 1000; 100 is usual"}},
       .make =
           [](const ChangeRequest& asked) {
             return SetWeight(asked.dataset(), asked.Text("name"),
                              asked.Text("group"), asked.Text("weight"));
           }},

      {.kind = ChangeKind::kBalance,
       .help = "Find weights under which the questions that nodes have counted "
               "are shared as wanted; without --apply it only shows them",
       .parameters = {name,
                      {Kind::kOption, "--wanted",
                       "Shares of the groups: equal, weights (as the weights "
                       "are now) or GROUP=NUMBER,… (default: equal, where the "
                       "weights are)",
                       "SHARES"},
                      {Kind::kOption, "--span",
                       "Questions of the last day or of the last hour", "SPAN",
                       "day"},
                      {Kind::kOption, "--weights",
                       "Write these weights instead: GROUP=NUMBER,…; undoes a "
                       "balance",
                       "WEIGHTS"},
                      {Kind::kOption, "--over",
                       "Move clients a few at a time, over that long: 2h "
                       "(default: at once)",
                       "DURATION"},
                      {Kind::kOption, "--by",
                       "What is evened out: questions, or load: the sessions "
                       "of each group by its capacity (groupring:load:GROUP)",
                       "WHAT", "questions"},
                      {Kind::kFlag, kApplyOption, "Write them"}},
       .plan = PlanPaths::kNone,
       .asks_for = kApplyOption,
       .needs = NeedsLoads,
       .make =
           [](const ChangeRequest& asked) {
             return BalanceName(asked.dataset(), *asked.known.traffic,
                                {asked.Text("name"), asked.Text("--wanted"),
                                 asked.Text("--span"), asked.Text("--weights"),
                                 asked.Text("--over"), asked.Text("--by")},
                                asked.occasion, asked.known.loads);
           }},

      {.kind = ChangeKind::kNameSet,
       .help = "Set what a name answers with: SOA, NS, TTL, ANSWER, ANSWERS, "
               "ON_EMPTY, PANIC, RECORDS",
       .parameters = {name,
                      {Kind::kOperands, "assignments",
                       "KEY=VALUE; KEY= removes the key"},
                      create("Make the name if it is new")},
       .make =
           [](const ChangeRequest& asked) {
             return SetName(asked.dataset(), asked.Text("name"),
                            asked.Texts("assignments"), asked.Has("--create"));
           }},
      {.kind = ChangeKind::kNameAddGroup,
       .help = "Put a group on the ring of a name",
       .parameters = {name,
                      group,
                      {Kind::kOption, "--weight", "Its weight (default 100)",
                       "WEIGHT"},
                      {Kind::kOption, "--over",
                       "Bring its clients a few at a time, over that long: 30m "
                       "(default: at once)",
                       "DURATION"},
                      create("Make the name or the group if it is new")},
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return AddGroup(asked.dataset(), asked.Text("name"),
                             asked.Text("group"), asked.Text("--weight"),
                             asked.Text("--over"), asked.Has("--create"),
                             asked.occasion);
           }},
      {.kind = ChangeKind::kNameRemoveGroup,
       .help = "Take a group off the ring of a name",
       .parameters = {name, group},
       .make =
           [](const ChangeRequest& asked) {
             return RemoveGroup(asked.dataset(), asked.Text("name"),
                                asked.Text("group"));
           }},
      {.kind = ChangeKind::kNameRemove,
       .help = "Remove a name and everything that is set for it",
       .parameters = {name},
       .make =
           [](const ChangeRequest& asked) {
             return RemoveName(asked.dataset(), asked.Text("name"));
           }},

      {.kind = ChangeKind::kAddressAdd,
       .help = "Give a group more addresses",
       .parameters = {owner, addresses,
                      create("Take a group that is on no name yet, too")},
       .plan = PlanPaths::kLong,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return AddAddresses(asked.dataset(), asked.Text("group"),
                                 asked.Texts("addresses"),
                                 asked.Has("--create"));
           }},
      {.kind = ChangeKind::kAddressRemove,
       .help = "Take addresses away from a group",
       .parameters = {owner, addresses},
       .plan = PlanPaths::kLong,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return RemoveAddresses(asked.dataset(), asked.Text("group"),
                                    asked.Texts("addresses"));
           }},
      {.kind = ChangeKind::kAddressDisable,
       .help = "Take addresses of a group out of its answers; they stay in its "
               "sets",
       .parameters = {group, addresses},
       .plan = PlanPaths::kLong,
       .ends_by_itself = true,
       .takes_out = true,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return DisableAddresses(asked.dataset(), asked.Text("group"),
                                     asked.Texts("addresses"),
                                     asked.Text(kUntilOption), asked.occasion);
           }},
      {.kind = ChangeKind::kAddressEnable,
       .help = "Answer disabled addresses of a group again",
       .parameters = {group, addresses},
       .plan = PlanPaths::kLong,
       .needs = NeedsGroup,
       .make =
           [](const ChangeRequest& asked) {
             return EnableAddresses(asked.dataset(), asked.Text("group"),
                                    asked.Texts("addresses"), asked.occasion);
           }},
      {.kind = ChangeKind::kAddressBlock,
       .help = "Never answer an address, whatever sets it is in",
       .parameters = {address, at_name("At this name only (default: at all)")},
       .plan = PlanPaths::kLong,
       .make =
           [](const ChangeRequest& asked) {
             return BlockAddress(asked.dataset(), asked.Text("address"),
                                 asked.Text("--name"));
           }},
      {.kind = ChangeKind::kAddressUnblock,
       .help = "Answer a blocked address again",
       .parameters = {address,
                      at_name("At this name only (default: wherever it is "
                              "blocked)")},
       .plan = PlanPaths::kLong,
       .needs = NeedsSkipLists,
       .make =
           [](const ChangeRequest& asked) {
             return UnblockAddress(asked.dataset(), asked.Text("address"),
                                   asked.Text("--name"), asked.known.lists);
           }},

      {.kind = ChangeKind::kHealthPause,
       .help = "Withhold nothing of a group because of health, for a while",
       .parameters = {group},
       .plan = PlanPaths::kLong,
       .ends_by_itself = true,
       .make =
           [](const ChangeRequest& asked) {
             return PauseHealth(asked.dataset(), *asked.known.health,
                                asked.Text("group"), asked.Text(kUntilOption),
                                asked.occasion);
           }},
      {.kind = ChangeKind::kHealthResume,
       .help = "Let health count again for a group",
       .parameters = {group},
       .plan = PlanPaths::kLong,
       .make =
           [](const ChangeRequest& asked) {
             return ResumeHealth(asked.dataset(), *asked.known.health,
                                 asked.Text("group"), asked.occasion);
           }},

      {.kind = ChangeKind::kAffinityAdd,
       .help = "Give networks a label: those with one label hash as one client",
       .parameters = {prefixes, label(Kind::kRequiredOption,
                                      "customer-17; customer-17/4 spreads it "
                                      "over 4 keys")},
       .plan = PlanPaths::kLong,
       .make =
           [](const ChangeRequest& asked) {
             return AddAffinity(asked.dataset(), asked.Texts("prefixes"),
                                asked.Text("--label"));
           }},
      {.kind = ChangeKind::kAffinityRemove,
       .help = "Take the label of networks away: each hashes for itself again",
       .parameters = {prefixes},
       .plan = PlanPaths::kLong,
       .make =
           [](const ChangeRequest& asked) {
             return RemoveAffinity(asked.dataset(), asked.Texts("prefixes"));
           }},
      {.kind = ChangeKind::kAffinityImport,
       .help = "Give the networks of a list labels",
       .parameters = {{Kind::kOperand, kLinesOperand,
                       "A file, or - for standard input: one network to a "
                       "line, with its label after it where --label is not "
                       "meant"},
                      label(Kind::kOption, "Of lines without one"),
                      {Kind::kFlag, "--replace",
                       "Take away what else has these labels"}},
       .plan = PlanPaths::kLong,
       .make =
           [](const ChangeRequest& asked) {
             return ImportAffinity(asked.dataset(),
                                   {*asked.known.lines, asked.Text("--label"),
                                    asked.Has("--replace")});
           }},

      {.kind = ChangeKind::kSnapshotAccept,
       .help = "Say that what Redis holds now is meant, to nodes that take it "
               "for a loss and answer from before",
       .plan = PlanPaths::kNone,
       .make = [](const ChangeRequest& asked) -> absl::StatusOr<Change> {
         return AcceptSnapshot(asked.dataset(), asked.known.nodes,
                               asked.Has(kForceOption), asked.occasion);
       }},
      {.kind = ChangeKind::kSnapshotRestore,
       .help = "Put the data of a file that `snapshot export` wrote, or of a "
               "node's state file, back into Redis; without --yes it only "
               "shows what that would add, change and remove",
       .parameters = {{Kind::kOperand, kFileOperand, "The file"},
                      {Kind::kFlag, kYesOption, "Write it"}},
       .plan = PlanPaths::kNone,
       .asks_for = kYesOption,
       .make = [](const ChangeRequest& asked) -> absl::StatusOr<Change> {
         return RestoreSnapshot(asked.dataset(), *asked.known.saved);
       }},
  };
}

}  // namespace groupring::backend
