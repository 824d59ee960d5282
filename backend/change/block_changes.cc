#include "backend/change/block_changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/change/find.h"
#include "backend/change/operands.h"
#include "redis/base/dns_name.h"
#include "redis/schema/keys.h"
#include "redis/schema/members.h"

namespace groupring::backend {
namespace {

using redis::AddressRange;
using redis::ChangeKind;
using redis::Dataset;
using redis::Family;
using redis::SkipList;

// The apex of the name's zone, or the name itself if it is in no zone.
std::string ListOwner(const Dataset& dataset, const std::string& name) {
  for (std::string_view at = name; !at.empty(); at = ParentOf(at)) {
    const auto found = dataset.names.find(std::string(at));
    if (found != dataset.names.end() && found->second->config.is_zone) {
      return std::string(at);
    }
  }
  return name;
}

std::string KeyOf(const std::string& owner, Family family) {
  return redis::MakeKey(owner, redis::KeyKind::kSkipList, family);
}

bool SameRange(const AddressRange& a, const AddressRange& b) {
  return a.first == b.first && a.prefix_length == b.prefix_length;
}

// What an entry of that text rules out. `text` is as it was given.
absl::StatusOr<AddressRange> ParseEntry(const Dataset& dataset,
                                        const std::string& text) {
  auto range = ParseBlockedPrefix(text);
  if (!range.ok()) return range;
  return redis::ParseSkipped(range->family, text, dataset.schema)
      .value_or(*range);
}

// Whether the list rules out all of the range. (A union with it then changes
// nothing.)
bool CoversAll(const SkipList& list, const AddressRange& range) {
  return SkipList::Union(list, SkipList({range})) == list;
}

bool IsBlockedAt(const Dataset& dataset, const std::string& name,
                 const AddressRange& range) {
  const auto f = static_cast<size_t>(range.family);
  return CoversAll(*dataset.names.at(name)->skip[f], range);
}

// The names whose lists UnblockAddress looks at: all, or the one that is given.
absl::StatusOr<std::vector<std::string>> NamesToUnblock(
    const Dataset& dataset, std::string_view name_text) {
  if (name_text.empty()) return Names(dataset);
  const auto name = FindName(dataset, name_text);
  if (!name.ok()) return name.status();
  return std::vector<std::string>{(*name)->name};
}

absl::StatusOr<std::vector<std::string>> Owners(const Dataset& dataset,
                                                std::string_view name_text) {
  std::set<std::string> owners;
  if (!name_text.empty()) {
    const auto name = FindName(dataset, name_text);
    if (!name.ok()) return name.status();
    owners.insert((*name)->name);
  } else {
    for (const auto& [name, data] : dataset.names) {
      owners.insert(ListOwner(dataset, name));
    }
    if (owners.empty()) {
      return absl::NotFoundError(
          "there are no names in Redis, so no skip list to put it into");
    }
  }
  return std::vector<std::string>(owners.begin(), owners.end());
}

// Takes the range, however it is spelt, off the list of the name.
redis::RemoveSkipped Without(const AddressRange& range, const std::string& name,
                             const std::vector<std::string>& list,
                             redis::Schema schema) {
  redis::RemoveSkipped write{name, range.family, {}, {}};
  for (const std::string& text : list) {
    const auto member = redis::ParseSkipped(range.family, text, schema);
    if (!member.has_value()) continue;
    (SameRange(*member, range) ? write.members : write.remaining)
        .push_back(text);
  }
  return write;
}

// The members of the list that cover all of the range.
std::vector<std::string> Covering(const AddressRange& range,
                                  const std::vector<std::string>& list,
                                  redis::Schema schema) {
  std::vector<std::string> covering;
  for (const std::string& text : list) {
    const auto member = redis::ParseSkipped(range.family, text, schema);
    if (member && CoversAll(SkipList({*member}), range)) {
      covering.push_back(text);
    }
  }
  return covering;
}

}  // namespace

absl::StatusOr<Change> BlockAddress(const Dataset& dataset,
                                    const std::string& address,
                                    std::string_view name) {
  const auto range = ParseEntry(dataset, address);
  if (!range.ok()) return range.status();
  const auto owners = Owners(dataset, name);
  if (!owners.ok()) return owners.status();

  Change change;
  change.kind = ChangeKind::kAddressBlock;
  change.address = range->text;
  change.about.names = *owners;
  std::vector<std::string> already;
  for (const std::string& owner : *owners) {
    if (IsBlockedAt(dataset, owner, *range)) {
      already.push_back(owner);
    } else {
      change.writes.push_back(
          redis::AddSkipped{owner, range->family, range->text});
    }
  }
  change.before = Blocked{already, {}};
  change.after = Blocked{*owners, {}};
  if (!already.empty()) {
    change.remarks.push_back({RemarkKind::kBlockedAlready, "", already});
  }
  return change;
}

std::vector<std::string> SkipListsThatBlock(const Dataset& dataset,
                                            const std::string& address,
                                            std::string_view name) {
  std::vector<std::string> keys;
  const auto range = ParseEntry(dataset, address);
  const auto names = NamesToUnblock(dataset, name);
  if (!range.ok() || !names.ok()) return keys;
  for (const std::string& owner : *names) {
    if (IsBlockedAt(dataset, owner, *range)) {
      keys.push_back(KeyOf(owner, range->family));
    }
  }
  return keys;
}

absl::StatusOr<Change> UnblockAddress(
    const Dataset& dataset, const std::string& address,
    std::string_view name_text,
    const std::map<std::string, std::vector<std::string>>& lists) {
  const auto range = ParseEntry(dataset, address);
  if (!range.ok()) return range.status();
  const auto names = NamesToUnblock(dataset, name_text);
  if (!names.ok()) return names.status();

  Change change;
  change.kind = ChangeKind::kAddressUnblock;
  change.address = range->text;
  const Family family = range->family;
  std::vector<std::string> unblocked;
  std::vector<std::string> covered;  // by a range
  for (const std::string& name : *names) {
    const std::string key = KeyOf(name, family);
    const auto members = lists.find(key);
    if (members == lists.end()) continue;
    redis::RemoveSkipped write =
        Without(*range, name, members->second, dataset.schema);
    for (const std::string& text :
         Covering(*range, write.remaining, dataset.schema)) {
      covered.push_back(absl::StrFormat("%s in %s", text, key));
    }
    if (write.members.empty()) continue;
    change.writes.push_back(std::move(write));
    unblocked.push_back(name);
  }
  change.about.names = unblocked;
  if (unblocked.empty() && covered.empty()) {
    return absl::NotFoundError(absl::StrFormat(
        "%s is blocked nowhere%s; `groupring name show NAME` shows what is",
        range->text, name_text.empty() ? "" : " at that name itself"));
  }
  if (unblocked.empty()) {
    return absl::NotFoundError(absl::StrFormat(
        "%s is not blocked itself but covered by %s: unblock that", range->text,
        absl::StrJoin(covered, ", ")));
  }
  change.before = Blocked{unblocked, {}};
  change.after = Blocked{{}, covered};
  return change;
}

}  // namespace groupring::backend
