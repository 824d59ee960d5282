#include "backend/control/address_changes.h"

#include <array>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/control/address_operand.h"
#include "backend/control/edit.h"
#include "backend/control/find.h"
#include "backend/control/operands.h"
#include "backend/report/table.h"
#include "redis/base/dns_name.h"
#include "redis/schema/keys.h"

namespace groupring::backend {
namespace {

using redis::AddressRange;
using redis::AddressSet;
using redis::Dataset;
using redis::Family;
using redis::kFamilies;

using Sets = std::array<std::shared_ptr<const AddressSet>, kFamilies>;
using Ranges = std::array<std::vector<AddressRange>, kFamilies>;

// Whose sets they are.
struct Owner {
  std::string name;
  bool is_group = true;
  bool is_on_name = true;
  Sets sets;
};

// What may become of an owner that is not known.
enum class Unknown { kFails, kFailsWithHint, kIsMade };

absl::StatusOr<Owner> FindOwner(const Dataset& dataset, const std::string& text,
                                Unknown unknown) {
  const auto group = FindGroup(dataset, text);
  if (group.ok()) {
    return Owner{text, true, IsOnName(dataset, text), (*group)->addresses};
  }
  const std::string canonical = CanonicalName(text);
  const auto name = dataset.names.find(canonical);
  if (name != dataset.names.end()) {
    if (name->second->config.answer ==
        redis::AnswerMode::kGroupConsistentHash) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s answers from its groups, not from addresses of its own; expected "
          "a group",
          canonical));
    }
    return Owner{canonical, false, true, name->second->addresses};
  }
  const absl::Status called = CheckGroupName(text);
  if (!called.ok()) return called;
  if (unknown == Unknown::kFails) return group.status();
  if (unknown == Unknown::kFailsWithHint) {
    return absl::NotFoundError(
        absl::StrFormat("%s (--create takes a group that is on no name yet)",
                        std::string(group.status().message())));
  }
  DatasetEdit fresh(dataset);
  return Owner{text, true, false, fresh.Group(text).addresses};
}

absl::StatusOr<Ranges> ParseAll(const std::vector<std::string>& texts) {
  Ranges ranges;
  for (const std::string& text : texts) {
    auto range = ParseAddress(text);
    if (!range.ok()) return range.status();
    std::vector<redis::AddressRange>& family =
        ranges[static_cast<size_t>(range->family)];
    family.push_back(*std::move(range));
  }
  return ranges;
}

std::string CountWords(const Sets& sets) {
  return absl::StrFormat("%d A, %d AAAA", sets[0]->members().size(),
                         sets[1]->members().size());
}

std::string Join(const std::vector<std::string>& texts) {
  return absl::StrJoin(texts, " ");
}

Change Start(const char* what, const Owner& owner) {
  Change change;
  change.what = what;
  change.target = owner.name;
  change.before = CountWords(owner.sets);
  return change;
}

void Finish(const Dataset& dataset, const Owner& owner, const Sets& sets,
            Change* change) {
  DatasetEdit edit(dataset);
  for (size_t f = 0; f < kFamilies; ++f) {
    if (owner.is_group) {
      ReplaceSet(f, sets[f], &edit.Group(owner.name));
    } else {
      ReplaceSet(f, sets[f], &edit.Name(owner.name));
    }
  }
  change->after += CountWords(sets);
  change->written = edit.dataset();
  change->settled = edit.dataset();
  change->touched = edit.touched();
}

std::string KeyOf(const Owner& owner, size_t family) {
  return redis::MakeKey(owner.name, redis::KeyKind::kMembers,
                        static_cast<Family>(family));
}

}  // namespace

absl::StatusOr<Change> AddAddresses(const Dataset& dataset,
                                    const std::string& owner_text,
                                    const std::vector<std::string>& addresses,
                                    bool create, const Occasion&) {
  const auto ranges = ParseAll(addresses);
  if (!ranges.ok()) return ranges.status();
  const auto owner = FindOwner(
      dataset, owner_text, create ? Unknown::kIsMade : Unknown::kFailsWithHint);
  if (!owner.ok()) return owner.status();

  Change change = Start("address add", *owner);
  Sets sets = owner->sets;
  std::vector<std::string> added;
  for (size_t f = 0; f < kFamilies; ++f) {
    std::vector<std::string> words = {"SADD", KeyOf(*owner, f)};
    for (const AddressRange& range : (*ranges)[f]) {
      if (FindMember(*owner->sets[f], range) != nullptr) {
        change.remarks.push_back(absl::StrFormat(
            "%s is in %s already", range.text, Printable(owner->name)));
        continue;
      }
      words.push_back(range.text);
      added.push_back(range.text);
    }
    if (words.size() == 2) continue;
    sets[f] = WithMembers(*sets[f], (*ranges)[f]);
    change.commands.push_back(std::move(words));
  }
  if (!added.empty()) change.after = "added " + Join(added) + "; ";
  if (!owner->is_on_name) {
    change.remarks.push_back(absl::StrFormat(
        "%s is on no name yet; `groupring name add-group NAME %s` puts it on "
        "one",
        Printable(owner->name), Printable(owner->name)));
  }
  Finish(dataset, *owner, sets, &change);
  return change;
}

absl::StatusOr<Change> RemoveAddresses(
    const Dataset& dataset, const std::string& owner_text,
    const std::vector<std::string>& addresses, const Occasion&) {
  const auto ranges = ParseAll(addresses);
  if (!ranges.ok()) return ranges.status();
  const auto owner = FindOwner(dataset, owner_text, Unknown::kFails);
  if (!owner.ok()) return owner.status();

  Change change = Start("address remove", *owner);
  Sets sets = owner->sets;
  std::vector<std::string> removed;
  for (size_t f = 0; f < kFamilies; ++f) {
    std::vector<std::string> words = {"SREM", KeyOf(*owner, f)};
    for (const AddressRange& range : (*ranges)[f]) {
      const AddressRange* member = FindMember(*owner->sets[f], range);
      if (member == nullptr) {
        std::vector<std::string> members;
        for (const AddressRange& other : owner->sets[f]->members()) {
          members.push_back(other.text);
        }
        return absl::NotFoundError(absl::StrFormat(
            "%s is not in %s, so nothing is removed%s", range.text,
            Printable(owner->name), DidYouMean(range.text, members)));
      }
      // The set may spell it otherwise, or in both ways.
      words.push_back(member->text);
      if (member->text != range.text) words.push_back(range.text);
      removed.push_back(member->text);
    }
    if (words.size() == 2) continue;
    sets[f] = WithoutMembers(*sets[f], (*ranges)[f]);
    change.commands.push_back(std::move(words));
  }
  change.after = "removed " + Join(removed) + "; ";
  Finish(dataset, *owner, sets, &change);
  return change;
}

}  // namespace groupring::backend
