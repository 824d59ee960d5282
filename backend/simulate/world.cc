#include "backend/simulate/world.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "backend/change/affinity_changes.h"
#include "backend/change/find.h"
#include "backend/change/operations.h"
#include "backend/protocol/reply.h"
#include "backend/protocol/request.h"
#include "backend/resolver/client.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/schema/dataset_edit.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

using redis::Family;

using Kind = CommandParameter::Kind;

std::shared_ptr<const redis::AddressSet> SetOf(const std::string& group,
                                               Family family,
                                               const std::string& address) {
  std::vector<redis::AddressRange> members;
  if (auto member = redis::ParseMember(family, address)) {
    members.push_back(*std::move(member));
  }
  return std::make_shared<const redis::AddressSet>(
      absl::StrFormat("%s:%s", group, FamilyName(family)), family,
      std::move(members));
}

SlotCounts::TimePoint TimePointOf(int64_t unix_millis) {
  return SlotCounts::TimePoint(std::chrono::milliseconds(unix_millis));
}

// Takes the words apart as the command line does.
absl::StatusOr<Arguments> ArgumentsFrom(const Operation& operation,
                                        std::vector<std::string> words) {
  Arguments given;
  given.values[kUntilOption];
  given.values[kForceOption];
  for (const CommandParameter& parameter : operation.parameters) {
    given.values[parameter.name].text = parameter.initial;
  }
  for (size_t i = 0; i < words.size();) {
    if (!words[i].starts_with("--")) {
      ++i;
      continue;
    }
    const auto found = given.values.find(words[i]);
    if (found == given.values.end()) {
      return absl::InvalidArgumentError(words[i] +
                                        " is no option of this command");
    }
    bool is_flag = words[i] == kForceOption;
    for (const CommandParameter& parameter : operation.parameters) {
      is_flag |= parameter.name == words[i] && parameter.kind == Kind::kFlag;
    }
    if (!is_flag && i + 1 == words.size()) {
      return absl::InvalidArgumentError(words[i] + " lacks its value");
    }
    found->second.is_set = true;
    if (!is_flag) found->second.text = words[i + 1];
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(i);
    words.erase(first, first + (is_flag ? 1 : 2));
  }
  for (const CommandParameter& parameter : operation.parameters) {
    Arguments::Value& value = given.values[parameter.name];
    const bool is_operand =
        parameter.kind == Kind::kOperand || parameter.kind == Kind::kOperands;
    if (is_operand && words.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("the %s is missing", parameter.name));
    }
    if (parameter.kind == Kind::kRequiredOption && !value.is_set) {
      return absl::InvalidArgumentError(parameter.name + " is missing");
    }
    if (parameter.kind == Kind::kOperand) {
      value.text = words.front();
      words.erase(words.begin());
    } else if (parameter.kind == Kind::kOperands) {
      value.texts = std::exchange(words, {});
    }
  }
  if (!words.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("\"%s\" is too much", Printable(words.front())));
  }
  return given;
}

}  // namespace

SimulatedWorld::SimulatedWorld(redis::Dataset start, Random* random)
    : random_(random),
      dataset_(std::move(start)),
      builder_([](Severity, const std::string&) {}),
      scratch_(random_) {
  for (auto& [group, data] : dataset_.groups) {
    auto without = std::make_shared<redis::GroupData>(*data);
    const bool has_any =
        !data->addresses[0]->empty() || !data->addresses[1]->empty();
    without->withheld = {};
    without->last_good = {};
    if (!has_any) furnished_.insert(group);
    data = std::move(without);
  }
  Furnish();
  Rebuild(0);
}

// Gives each group that is new an address of each family that no other has.
void SimulatedWorld::Furnish() {
  for (auto& [group, data] : dataset_.groups) {
    if (!furnished_.insert(group).second) continue;
    const size_t number = furnished_.size();
    const std::string a =
        absl::StrFormat("198.18.%d.%d", number / 250, 1 + number % 250);
    auto furnished = std::make_shared<redis::GroupData>(*data);
    furnished->addresses = {
        SetOf(group, Family::kA, a),
        SetOf(group, Family::kAaaa, absl::StrFormat("2001:db8::%x", number))};
    furnished->last_good = furnished->addresses;
    data = std::move(furnished);
    group_of_address_[a] = group;
  }
}

void SimulatedWorld::Rebuild(int64_t unix_millis) {
  redis::DatasetChange everything;
  everything.everything = true;
  snapshot_ = builder_.Apply(dataset_, everything, unix_millis);
}

absl::Status SimulatedWorld::Apply(const std::vector<std::string>& words,
                                   int64_t unix_millis) {
  absl::Status status;
  if (words.size() == 2 && (words[0] == "kill" || words[0] == "return")) {
    status = SetDown(words[1], words[0] == "kill");
  } else {
    status = Change(words, unix_millis);
  }
  if (!status.ok()) return status;
  Furnish();
  Rebuild(unix_millis);
  return absl::OkStatus();
}

absl::Status SimulatedWorld::Label(const std::vector<std::string>& lines) {
  const auto change = ImportAffinity(dataset_, {lines, "", false});
  if (!change.ok()) return change.status();
  dataset_ = redis::Apply(change->writes, std::move(dataset_)).dataset;
  Rebuild(0);
  return absl::OkStatus();
}

absl::Status SimulatedWorld::SetDown(const std::string& group, bool is_down) {
  const auto found = FindGroup(dataset_, group);
  if (!found.ok()) return found.status();
  redis::WriteBatch writes;
  redis::ReplaceWithheld replace{group, {}};
  for (const auto& set : (*found)->addresses) {
    for (const redis::AddressRange& member : set->members()) {
      redis::WithheldAddress address;
      address.range = member;
      if (is_down) replace.addresses.push_back(std::move(address));
    }
  }
  writes.emplace_back(std::move(replace));
  dataset_ = redis::Apply(writes, std::move(dataset_)).dataset;
  return absl::OkStatus();
}

absl::Status SimulatedWorld::Change(const std::vector<std::string>& words,
                                    int64_t unix_millis) {
  for (const Operation& operation : Operations()) {
    const std::vector<std::string> path =
        absl::StrSplit(std::string(ToText(operation.kind)), ' ');
    if (words.size() < path.size() ||
        !std::equal(path.begin(), path.end(), words.begin())) {
      continue;
    }
    const bool is_balance = operation.kind == redis::ChangeKind::kBalance;
    // Others need what there is only where nodes are.
    if (operation.plan == PlanPaths::kNone && !is_balance) break;
    const auto own = static_cast<std::ptrdiff_t>(path.size());
    auto given = ArgumentsFrom(operation, {words.begin() + own, words.end()});
    if (!given.ok()) return given.status();
    if (operation.asks_for != nullptr && !given->Has(operation.asks_for)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s is missing: without it nothing would change",
                          operation.asks_for));
    }
    KnownData known;
    known.dataset = dataset_;
    known.health = std::make_shared<const redis::HealthData>();
    known.traffic = std::make_shared<const redis::TrafficProfile>(
        is_balance ? counts_.Profile(redis::kMostProfileSlots,
                                     TimePointOf(unix_millis), unix_millis)
                   : redis::TrafficProfile());
    const Occasion occasion{"simulation", "", unix_millis};
    known.lines = std::make_shared<const std::vector<std::string>>();
    const auto change = operation.make({known, *given, occasion});
    if (!change.ok()) return change.status();
    dataset_ = redis::Apply(change->writes, std::move(dataset_)).dataset;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "\"%s\" is nothing that can happen; expected a change as commands make "
      "it, like group disable g1, or kill g1, or return g1",
      Printable(absl::StrJoin(words, " "))));
}

absl::Status SimulatedWorld::Choose(const std::string& name) {
  if (!name.empty()) {
    const auto found = FindName(dataset_, name);
    if (!found.ok()) return found.status();
    name_ = (*found)->name;
  } else {
    std::vector<std::string> with_groups;
    for (const auto& [candidate, data] : dataset_.names) {
      if (!data->groups->empty()) with_groups.push_back(candidate);
    }
    if (with_groups.size() != 1) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "there are %d names with groups; say by --name which one is asked",
          with_groups.size()));
    }
    name_ = with_groups.front();
  }
  return absl::OkStatus();
}

uint32_t SimulatedWorld::ttl_seconds() const {
  const auto found = dataset_.names.find(name_);
  return found == dataset_.names.end() ? 0 : found->second->config.ttl_seconds;
}

const std::string& SimulatedWorld::Ask(std::string_view remote,
                                       std::string_view real_remote,
                                       int64_t unix_millis) {
  static const std::string nobody;
  Request request;
  request.method = Method::kLookup;
  request.qname = name_;
  request.qtype = "A";
  request.remote = remote;
  request.real_remote = real_remote;
  counts_.Add(ClientOf(remote, real_remote, snapshot_->affinity.get()).key, 1,
              TimePointOf(unix_millis));
  Reply reply;
  reply.Clear();
  Lookup(*snapshot_, request, unix_millis, &scratch_, &reply);
  for (const Record& record : reply.records) {
    if (record.qtype != "A") continue;
    const auto found = group_of_address_.find(std::string_view(record.content));
    if (found != group_of_address_.end()) return found->second;
  }
  return nobody;
}

bool SimulatedWorld::IsLabelled(std::string_view remote,
                                std::string_view real_remote) const {
  return ClientOf(remote, real_remote, snapshot_->affinity.get()).affinity !=
         nullptr;
}

std::vector<std::string> SimulatedWorld::Groups() const {
  std::vector<std::string> groups;
  const auto found = dataset_.names.find(name_);
  if (found == dataset_.names.end()) return groups;
  for (const redis::WeightedGroup& group : *found->second->groups) {
    groups.push_back(group.name);
  }
  return groups;
}

}  // namespace groupring::backend
