#include "backend/change/withholding_changes.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/change/find.h"
#include "backend/change/operands.h"
#include "backend/settings/nearest.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

using redis::AddressRange;
using redis::ChangeKind;
using redis::Dataset;
using redis::GroupData;
using redis::kFamilies;
using redis::SkipList;
using redis::WithheldAddress;
using redis::WithheldAddresses;

bool SameRange(const AddressRange& a, const AddressRange& b) {
  return a.first == b.first && a.prefix_length == b.prefix_length;
}

absl::StatusOr<std::shared_ptr<const GroupData>> FindGroupOfAddresses(
    const Dataset& dataset, const std::string& text) {
  auto group = FindGroup(dataset, text);
  if (group.ok() || !dataset.names.contains(CanonicalName(text))) return group;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s is a name; expected a group (`groupring address block IP --name %s` "
      "takes an address out of the answers of a name)",
      CanonicalName(text), CanonicalName(text)));
}

// The entries of `<group>:DISABLED` that are about exactly this range.
std::vector<const WithheldAddress*> EntriesOf(const AddressRange& range,
                                              const GroupData& group) {
  std::vector<const WithheldAddress*> entries;
  const auto& withheld = group.withheld[static_cast<size_t>(range.family)];
  if (withheld == nullptr) return entries;
  for (const WithheldAddress& entry : withheld->entries()) {
    if (entry.cause == redis::WithheldCause::kOperator &&
        SameRange(entry.range, range)) {
      entries.push_back(&entry);
    }
  }
  return entries;
}

// The entry in force that covers the range; null: there is none.
const WithheldAddress* InForce(const AddressRange& range,
                               const GroupData& group, int64_t unix_millis) {
  for (const WithheldAddress* entry : EntriesOf(range, group)) {
    if (entry->IsInForce(unix_millis)) return entry;
  }
  const auto& withheld = group.withheld[static_cast<size_t>(range.family)];
  return withheld == nullptr ? nullptr : withheld->Covering(range, unix_millis);
}

// The range with the text of the group's member; the range itself when it lies
// inside of a member; nothing when the group does not have it.
std::optional<AddressRange> InGroup(const AddressRange& range,
                                    const GroupData& group) {
  const auto& members =
      group.addresses[static_cast<size_t>(range.family)]->members();
  for (const AddressRange& member : members) {
    if (SameRange(member, range)) return member;
  }
  const bool inside = std::any_of(
      members.begin(), members.end(), [&](const AddressRange& member) {
        return !member.is_single() && !SkipList({member}).LeavesHost(range);
      });
  return inside ? std::optional<AddressRange>(range) : std::nullopt;
}

absl::Status NotInGroup(const AddressRange& range, const GroupData& group,
                        const char* consequence) {
  return absl::NotFoundError(absl::StrFormat(
      "%s is not in %s, so nothing is %s%s", range.text, Printable(group.name),
      consequence,
      DidYouMean(
          range.text,
          group.addresses[static_cast<size_t>(range.family)]->MemberTexts())));
}

absl::StatusOr<std::vector<AddressRange>> ParseAll(
    const std::vector<std::string>& texts) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) {
    auto range = ParseAddress(text);
    if (!range.ok()) return range.status();
    const bool known = std::any_of(
        ranges.begin(), ranges.end(), [&](const AddressRange& other) {
          return other.family == range->family && SameRange(other, *range);
        });
    if (!known) ranges.push_back(*std::move(range));
  }
  return ranges;
}

Change Start(ChangeKind kind, const GroupData& group,
             const std::vector<AddressRange>& ranges, int64_t unix_millis) {
  Change change;
  change.kind = kind;
  change.group = group.name;
  change.about.groups = {group.name};
  AddressesOut before{0, ranges.size(), 0};
  for (const AddressRange& range : ranges) {
    if (!change.address.empty()) change.address += ' ';
    change.address += range.text;
    const WithheldAddress* entry = InForce(range, group, unix_millis);
    if (entry == nullptr) continue;
    ++before.disabled;
    if (before.until == 0) before.until = entry->until;
  }
  change.before = before;
  return change;
}

// A remark for each family of which nothing is left.
void RemarkOnFamilies(const GroupData& group,
                      const std::vector<WithheldAddress>& fresh,
                      int64_t unix_millis, Change* change) {
  const SkipList nothing_skipped;
  for (size_t f = 0; f < kFamilies; ++f) {
    std::vector<WithheldAddress> entries;
    if (group.withheld[f] != nullptr) entries = group.withheld[f]->entries();
    bool any = false;
    for (const WithheldAddress& entry : fresh) {
      if (static_cast<size_t>(entry.range.family) != f) continue;
      entries.push_back(entry);
      any = true;
    }
    if (!any) continue;
    GroupData after = group;
    after.withheld[f] =
        std::make_shared<const WithheldAddresses>(std::move(entries));
    if (AddressesOf(after, f, nothing_skipped, unix_millis).data ==
        redis::AddressData::kWithheld) {
      change->remarks.push_back(
          {RemarkKind::kFamilyPasses,
           std::string(FamilyName(static_cast<redis::Family>(f)))});
    }
  }
}

}  // namespace

absl::StatusOr<Change> DisableAddresses(
    const Dataset& dataset, const std::string& group_text,
    const std::vector<std::string>& addresses, std::string_view until_text,
    const Occasion& occasion) {
  auto ranges = ParseAll(addresses);
  if (!ranges.ok()) return ranges.status();
  const auto found = FindGroupOfAddresses(dataset, group_text);
  if (!found.ok()) return found.status();
  const GroupData& group = **found;
  const auto until = ParseUntil(until_text, occasion.unix_seconds());
  if (!until.ok()) return until.status();
  for (AddressRange& range : *ranges) {
    std::optional<AddressRange> member = InGroup(range, group);
    if (!member) return NotInGroup(range, group, "disabled");
    range = *std::move(member);
  }

  Change change =
      Start(ChangeKind::kAddressDisable, group, *ranges, occasion.unix_millis);
  change.leaving_group = group.name;
  change.leaving_addresses = *ranges;
  std::vector<WithheldAddress> fresh;
  for (const AddressRange& range : *ranges) {
    const WithheldAddress* known = nullptr;
    for (const WithheldAddress* entry : EntriesOf(range, group)) {
      if (entry->IsInForce(occasion.unix_millis)) known = entry;
    }
    if (known != nullptr && known->until == *until &&
        (occasion.reason.empty() || occasion.reason == known->reason)) {
      change.remarks.push_back({RemarkKind::kAddressOutAlready, range.text});
      continue;
    }
    WithheldAddress entry;
    entry.range = range;
    entry.until = *until;
    entry.since = occasion.unix_seconds();
    entry.reason = occasion.reason;
    entry.by = occasion.who;
    if (known != nullptr) {
      // Who, why or until when changes.
      if (entry.reason.empty()) entry.reason = known->reason;
      if (known->since != 0) entry.since = known->since;
    }
    fresh.push_back(std::move(entry));
  }
  change.after = AddressesOut{ranges->size(), ranges->size(), *until};
  if (fresh.empty()) return change;
  RemarkOnFamilies(group, fresh, occasion.unix_millis, &change);
  change.writes = {redis::SetWithheld{group.name, std::move(fresh)}};
  if (!IsOnName(dataset, group.name)) {
    change.remarks.push_back({RemarkKind::kOnNoName});
  }
  return change;
}

absl::StatusOr<Change> EnableAddresses(
    const Dataset& dataset, const std::string& group_text,
    const std::vector<std::string>& addresses, const Occasion& occasion) {
  const auto ranges = ParseAll(addresses);
  if (!ranges.ok()) return ranges.status();
  const auto found = FindGroupOfAddresses(dataset, group_text);
  if (!found.ok()) return found.status();
  const GroupData& group = **found;

  Change change =
      Start(ChangeKind::kAddressEnable, group, *ranges, occasion.unix_millis);
  redis::RemoveWithheld write{group.name, {}};
  for (const AddressRange& range : *ranges) {
    const std::vector<const WithheldAddress*> entries = EntriesOf(range, group);
    for (const WithheldAddress* entry : entries) {
      write.fields.push_back(entry->range.text);
    }
    if (!entries.empty()) continue;
    const WithheldAddress* wider = InForce(range, group, occasion.unix_millis);
    if (wider != nullptr) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "%s is disabled as a part of %s; `groupring address enable %s %s` "
          "enables all of that",
          range.text, wider->range.text, Printable(group.name),
          wider->range.text));
    }
    if (!InGroup(range, group)) return NotInGroup(range, group, "enabled");
    change.remarks.push_back({RemarkKind::kAddressInAlready, range.text});
  }
  change.after = AddressesOut{0, ranges->size(), 0};
  if (!write.fields.empty()) change.writes = {std::move(write)};
  return change;
}

}  // namespace groupring::backend
