#include "redis/model/withheld.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace groupring::redis {
namespace {

SkipList ListOf(const std::vector<WithheldAddress>& entries) {
  std::vector<std::pair<AddressRange, int64_t>> skipped;
  skipped.reserve(entries.size());
  for (const WithheldAddress& entry : entries) {
    skipped.emplace_back(entry.range, entry.until == 0 ? SkipList::kForEver
                                                       : entry.until * 1000);
  }
  return SkipList(skipped);
}

// Whether `outer` contains all of `inner`.
bool Contains(const AddressRange& outer, const AddressRange& inner) {
  if (outer.family != inner.family ||
      outer.prefix_length > inner.prefix_length) {
    return false;
  }
  return !SkipList({outer}).LeavesHost(inner);
}

}  // namespace

bool WithheldAddress::operator==(const WithheldAddress& other) const {
  return range.text == other.range.text && cause == other.cause &&
         until == other.until && since == other.since &&
         reason == other.reason && by == other.by &&
         down_votes == other.down_votes && votes == other.votes &&
         verdict_reason == other.verdict_reason;
}

WithheldAddresses::WithheldAddresses(std::vector<WithheldAddress> entries)
    : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return a.range.text < b.range.text;
  });
  list_ = ListOf(entries_);
}

const WithheldAddress* WithheldAddresses::Find(std::string_view text) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), text,
      [](const WithheldAddress& entry, std::string_view wanted) {
        return entry.range.text < wanted;
      });
  const bool there = found != entries_.end() && found->range.text == text;
  return there ? &*found : nullptr;
}

const WithheldAddress* WithheldAddresses::Covering(const AddressRange& range,
                                                   int64_t unix_millis) const {
  const WithheldAddress* const same = Find(range.text);
  if (same != nullptr && same->IsInForce(unix_millis)) return same;
  if (list_.LeavesHost(range, unix_millis)) return nullptr;
  for (const WithheldAddress& entry : entries_) {
    if (entry.IsInForce(unix_millis) && Contains(entry.range, range)) {
      return &entry;
    }
  }
  return nullptr;  // several cover it together
}

// A host of a range must be outside both lists, so they are merged. That is
// needed only if the member is a range, the group withholds something and the
// name skips something.
std::optional<AddressBytes> Exclusions::PickHost(const AddressRange& range,
                                                 Random* random) const {
  if (withheld_ == nullptr) return skip_->PickHost(range, random);
  if (skip_->empty()) return withheld_->PickHost(range, random, unix_millis_);
  if (range.is_single()) {
    if (!LeavesHost(range)) return std::nullopt;
    return range.first;
  }
  return SkipList::Union(*skip_, *withheld_)
      .PickHost(range, random, unix_millis_);
}

bool Exclusions::LeavesHost(const AddressRange& range) const {
  if (!skip_->LeavesHost(range)) return false;
  if (withheld_ == nullptr) return true;
  if (!withheld_->LeavesHost(range, unix_millis_)) return false;
  if (skip_->empty() || range.is_single()) return true;
  return SkipList::Union(*skip_, *withheld_).LeavesHost(range, unix_millis_);
}

}  // namespace groupring::redis
