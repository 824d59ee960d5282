#include "backend/change/address_changes.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/change/find.h"
#include "backend/change/operands.h"
#include "backend/settings/nearest.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/schema/razor_names.h"

namespace groupring::backend {
namespace {

using redis::AddressRange;
using redis::AddressSet;
using redis::ChangeKind;
using redis::Dataset;
using redis::Family;
using redis::kFamilies;

using Sets = std::array<std::shared_ptr<const AddressSet>, kFamilies>;
using Ranges = std::array<std::vector<AddressRange>, kFamilies>;

// The group or name that the sets belong to.
struct Owner {
  std::string name;
  bool is_group = true;
  bool is_on_name = true;
  Sets sets;
  std::shared_ptr<const redis::GroupData> group = nullptr;  // null for a name
};

Sets NoSets() {
  return {
      std::make_shared<AddressSet>("", Family::kA, std::vector<AddressRange>()),
      std::make_shared<AddressSet>("", Family::kAaaa,
                                   std::vector<AddressRange>())};
}

// Whether addresses would make it a name: by razor's rules they do, in a zone.
bool WouldBeName(const Dataset& dataset, const std::string& canonical) {
  if (dataset.schema != redis::Schema::kRazor ||
      !redis::MayBeRazorName(canonical)) {
    return false;
  }
  return std::any_of(
      dataset.names.begin(), dataset.names.end(), [&](const auto& entry) {
        return entry.second->config.is_zone && IsInZone(canonical, entry.first);
      });
}

// What happens if the owner is not known.
enum class Unknown { kFails, kFailsWithHint, kIsMade };

absl::StatusOr<Owner> FindOwner(const Dataset& dataset, const std::string& text,
                                Unknown unknown) {
  const auto group = FindGroup(dataset, text);
  if (group.ok()) {
    return Owner{text, true, IsOnName(dataset, text), (*group)->addresses,
                 *group};
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
  if (unknown == Unknown::kIsMade && WouldBeName(dataset, canonical)) {
    return Owner{canonical, false, true, NoSets()};
  }
  if (unknown == Unknown::kFails) return group.status();
  if (unknown == Unknown::kFailsWithHint) {
    return absl::NotFoundError(
        absl::StrFormat("%s (--create takes a group that is on no name yet)",
                        std::string(group.status().message())));
  }
  return Owner{text, true, false, NoSets()};
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

bool SameRange(const AddressRange& a, const AddressRange& b) {
  return a.first == b.first && a.prefix_length == b.prefix_length;
}

// The members that parse as the same range, exactly as they are in Redis.
std::vector<std::string> SpellingsOf(const AddressRange& range,
                                     const AddressSet& set) {
  std::vector<std::string> spellings;
  for (std::string& text : set.Texts()) {
    const auto member = redis::ParseMemberIgnoringHostBits(range.family, text);
    if (member.has_value() && SameRange(*member, range)) {
      spellings.push_back(std::move(text));
    }
  }
  return spellings;
}

// The fields of `<group>:DISABLED` that are about those ranges.
std::vector<std::string> DisabledOf(const std::vector<AddressRange>& ranges,
                                    const Owner& owner, size_t family) {
  std::vector<std::string> fields;
  if (owner.group == nullptr || owner.group->withheld[family] == nullptr) {
    return fields;
  }
  for (const auto& entry : owner.group->withheld[family]->entries()) {
    const bool gone = std::any_of(ranges.begin(), ranges.end(),
                                  [&](const AddressRange& range) {
                                    return SameRange(entry.range, range);
                                  });
    if (gone) fields.push_back(entry.range.text);
  }
  return fields;
}

AddressCounts CountsOf(const Owner& owner) {
  AddressCounts counts;
  for (size_t f = 0; f < kFamilies; ++f) {
    counts.counts[f] = owner.sets[f]->members().size();
  }
  return counts;
}

Change Start(ChangeKind kind, const Owner& owner) {
  Change change;
  change.kind = kind;
  (owner.is_group ? change.group : change.name) = owner.name;
  change.before = CountsOf(owner);
  (owner.is_group ? change.about.groups : change.about.names) = {owner.name};
  return change;
}

}  // namespace

absl::StatusOr<Change> AddAddresses(const Dataset& dataset,
                                    const std::string& owner_text,
                                    const std::vector<std::string>& addresses,
                                    bool create) {
  const auto ranges = ParseAll(addresses);
  if (!ranges.ok()) return ranges.status();
  const auto owner = FindOwner(
      dataset, owner_text, create ? Unknown::kIsMade : Unknown::kFailsWithHint);
  if (!owner.ok()) return owner.status();

  Change change = Start(ChangeKind::kAddressAdd, *owner);
  AddressCounts after = CountsOf(*owner);
  for (size_t f = 0; f < kFamilies; ++f) {
    std::vector<AddressRange> fresh;
    for (const AddressRange& range : (*ranges)[f]) {
      if (!SpellingsOf(range, *owner->sets[f]).empty()) {
        change.remarks.push_back({RemarkKind::kAddressThere, range.text});
      } else if (std::none_of(fresh.begin(), fresh.end(),
                              [&](const AddressRange& other) {
                                return SameRange(other, range);
                              })) {
        fresh.push_back(range);
        after.added.push_back(range.text);
      }
    }
    after.counts[f] += fresh.size();
    if (fresh.empty()) continue;
    redis::AddMembers write{owner->name, static_cast<Family>(f), {}};
    for (const AddressRange& range : fresh) write.members.push_back(range.text);
    change.writes.push_back(std::move(write));
  }
  change.after = std::move(after);
  if (!owner->is_on_name) change.remarks.push_back({RemarkKind::kOnNoName});
  return change;
}

absl::StatusOr<Change> RemoveAddresses(
    const Dataset& dataset, const std::string& owner_text,
    const std::vector<std::string>& addresses) {
  const auto ranges = ParseAll(addresses);
  if (!ranges.ok()) return ranges.status();
  const auto owner = FindOwner(dataset, owner_text, Unknown::kFails);
  if (!owner.ok()) return owner.status();

  Change change = Start(ChangeKind::kAddressRemove, *owner);
  AddressCounts after = CountsOf(*owner);
  for (size_t f = 0; f < kFamilies; ++f) {
    const AddressSet& set = *owner->sets[f];
    redis::RemoveMembers write{owner->name, static_cast<Family>(f), {}};
    for (const AddressRange& range : (*ranges)[f]) {
      const std::vector<std::string> spellings = SpellingsOf(range, set);
      if (spellings.empty()) {
        return absl::NotFoundError(absl::StrFormat(
            "%s is not in %s, so nothing is removed%s", range.text,
            Printable(owner->name), DidYouMean(range.text, set.Texts())));
      }
      if (std::find(write.members.begin(), write.members.end(), spellings[0]) !=
          write.members.end()) {
        continue;
      }
      write.members.insert(write.members.end(), spellings.begin(),
                           spellings.end());
      after.removed.push_back(spellings[0]);
      --after.counts[f];
    }
    if (!write.members.empty()) change.writes.push_back(std::move(write));
    // Should the address come back later, nobody would expect it to be out.
    redis::RemoveWithheld enabled{owner->name,
                                  DisabledOf((*ranges)[f], *owner, f)};
    if (!enabled.fields.empty()) change.writes.push_back(std::move(enabled));
  }
  change.after = std::move(after);
  return change;
}

}  // namespace groupring::backend
