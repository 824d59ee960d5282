#include "backend/snapshot/affinity_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "hashing/label_key.h"
#include "redis/base/random.h"

namespace groupring::backend {
namespace {

using redis::AffinityEntry;
using redis::Family;

// Of network order. Compilers make one instruction of it.
uint32_t Number32(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}
uint64_t Number64(const uint8_t* bytes) {
  return uint64_t{bytes[0]} << 56 | uint64_t{bytes[1]} << 48 |
         uint64_t{bytes[2]} << 40 | uint64_t{bytes[3]} << 32 |
         uint64_t{bytes[4]} << 24 | uint64_t{bytes[5]} << 16 |
         uint64_t{bytes[6]} << 8 | uint64_t{bytes[7]};
}

Uint128 FirstOf(const AffinityEntry& entry) {
  return static_cast<Uint128>(Number64(entry.first.data())) << 64 |
         Number64(entry.first.data() + 8);
}

Uint128 LastOf(const AffinityEntry& entry) {
  const unsigned bits = entry.family == Family::kA ? 32 : 128;
  const unsigned host_bits = bits - entry.prefix_length;
  if (host_bits == 128) return ~Uint128{0};
  return FirstOf(entry) | ((Uint128{1} << host_bits) - 1);
}

Uint128 LargestOf(Family family) {
  return family == Family::kA ? Uint128{0xffffffff} : ~Uint128{0};
}

}  // namespace

std::shared_ptr<const AffinityTable> AffinityTable::Of(
    std::shared_ptr<const redis::AffinityEntries> entries,
    const std::shared_ptr<const AffinityTable>& before) {
  if (entries == nullptr) return nullptr;
  if (before != nullptr && before->entries_ == entries) return before;
  return std::make_shared<const AffinityTable>(std::move(entries),
                                               before.get());
}

AffinityTable::AffinityTable(
    std::shared_ptr<const redis::AffinityEntries> entries,
    const AffinityTable* before)
    : entries_(std::move(entries)) {
  shared_ = before != nullptr && before->shared_->list() == entries_->shared()
                ? before->shared_
                : std::make_shared<const Part>(entries_->shared());
  if (entries_->own().empty() && entries_->hidden().empty()) return;
  // The list lives as long as entries_, whose part it is.
  own_ = std::make_unique<const Part>(
      std::shared_ptr<const redis::AffinityList>(entries_, &entries_->own()));
  hidden_.resize(entries_->shared()->size());
  for (const uint32_t index : entries_->hidden()) hidden_[index] = true;
}

const AffinityTable::Row* AffinityTable::FindDiffering(
    const hashing::ClientSubnet& client, uint8_t longest,
    const Row* row) const {
  while (row != nullptr && hidden_[shared_->IndexOf(row)]) row = row->around;
  const Row* const own = own_->Find(client, longest);
  if (own == nullptr) return row;
  return row == nullptr || row->prefix_length < own->prefix_length ? own : row;
}

AffinityTable::Part::Part(std::shared_ptr<const redis::AffinityList> list)
    : list_(std::move(list)) {
  absl::flat_hash_map<std::string_view, uint64_t> hashes;
  rows_.reserve(list_->size());
  std::vector<size_t> open;  // networks around the next one
  for (const AffinityEntry& entry : *list_) {
    const auto [hash, fresh] = hashes.try_emplace(entry.label.name, 0);
    if (fresh) hash->second = hashing::LabelHash(entry.label.name);
    while (!open.empty() && ((*list_)[open.back()].family != entry.family ||
                             LastOf((*list_)[open.back()]) < FirstOf(entry))) {
      open.pop_back();
    }
    const Row* const around = open.empty() ? nullptr : &rows_[open.back()];
    open.push_back(rows_.size());
    rows_.push_back(
        {&entry, around, hash->second, entry.label.parts, entry.prefix_length});
  }
  BuildIpv4();
  BuildIpv6();
}

std::vector<AffinityTable::Part::Interval> AffinityTable::Part::Cut(
    Family family) const {
  std::vector<Interval> cut;
  const auto begin_at = [&](Uint128 first, uint32_t row) {
    const auto high = static_cast<uint64_t>(first >> 64);
    const auto low = static_cast<uint64_t>(first);
    if (cut.back().high == high && cut.back().low == low) {
      cut.back().row = row;
    } else if (cut.back().row != row) {
      cut.push_back({high, low, row});
    }
  };
  std::vector<uint32_t> open;
  const auto close_until = [&](Uint128 first) {
    while (!open.empty() && LastOf(*rows_[open.back()].entry) < first) {
      const Uint128 last = LastOf(*rows_[open.back()].entry);
      open.pop_back();
      begin_at(last + 1, open.empty() ? kNone : open.back());
    }
  };
  cut.push_back({0, 0, kNone});
  for (uint32_t i = 0; i < rows_.size(); ++i) {
    const AffinityEntry& entry = *rows_[i].entry;
    if (entry.family != family) continue;
    close_until(FirstOf(entry));
    begin_at(FirstOf(entry), i);
    open.push_back(i);
  }
  close_until(LargestOf(family));
  return cut;
}

void AffinityTable::Part::BuildIpv4() {
  std::vector<uint32_t> starts;
  for (const Interval& interval : Cut(Family::kA)) {
    starts.push_back(static_cast<uint32_t>(interval.low));
    ipv4_rows_.push_back(interval.row);
  }
  ipv4_ = SortedIndex<uint32_t>(std::move(starts));
}

void AffinityTable::Part::BuildIpv6() {
  const std::vector<Interval> cut = Cut(Family::kAaaa);
  std::vector<uint64_t> halves;
  uint32_t current = kNone;  // that holds up to the next interval
  for (size_t i = 0; i < cut.size();) {
    const uint64_t high = cut[i].high;
    size_t end = i;
    while (end < cut.size() && cut[end].high == high) ++end;
    if (end - i == 1 && cut[i].low == 0) {
      current = cut[i].row;
      halves.push_back(high);
      ipv6_halves_.push_back({current, kNone});
      i = end;
      continue;
    }
    Within within;
    std::vector<uint64_t> lows;
    if (cut[i].low != 0) {
      lows.push_back(0);
      within.rows.push_back(current);
    }
    for (; i < end; ++i) {
      lows.push_back(cut[i].low);
      within.rows.push_back(current = cut[i].row);
    }
    within.low = SortedIndex<uint64_t>(std::move(lows));
    halves.push_back(high);
    ipv6_halves_.push_back({kNone, static_cast<uint32_t>(within_.size())});
    within_.push_back(std::move(within));
    // What holds at the end of the /64 holds after it.
    const bool more = high != ~uint64_t{0};
    if (more && (end == cut.size() || cut[end].high != high + 1)) {
      halves.push_back(high + 1);
      ipv6_halves_.push_back({current, kNone});
    }
  }
  ipv6_ = SortedIndex<uint64_t>(std::move(halves));
}

const AffinityTable::Row* AffinityTable::Part::Find(
    const hashing::ClientSubnet& client, uint8_t longest) const {
  uint32_t index = kNone;
  const uint8_t* const bytes = client.address.data();
  if (client.key.is_ipv4()) {
    index = ipv4_rows_[ipv4_.Find(Number32(bytes))];
  } else {
    const Half& half = ipv6_halves_[ipv6_.Find(Number64(bytes))];
    index = half.row;
    if (half.within != kNone) {
      const Within& within = within_[half.within];
      index = within.rows[within.low.Find(Number64(bytes + 8))];
    }
  }
  const Row* row = index == kNone ? nullptr : &rows_[index];
  while (row != nullptr && row->prefix_length > longest) row = row->around;
  return row;
}

}  // namespace groupring::backend
