#include "redis/admin/name_index.h"

#include <algorithm>
#include <cstddef>

#include "redis/base/status_macros.h"
#include "redis/load/discovery.h"

namespace groupring::redis {

namespace {

// Where a name is, with its first bytes as a number: these alone tell most
// names apart, without a look at each.
struct Place {
  uint64_t head = 0;
  uint32_t at = 0;
};

uint64_t HeadOf(std::string_view name) {
  uint64_t head = 0;
  for (size_t i = 0; i < sizeof(head); ++i) {
    head = head << 8 |
           (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return head;
}

}  // namespace

absl::StatusOr<NameIndex> NameIndex::Read(Connection* connection) {
  NameIndex index;
  PackedTexts& names = index.names_;
  std::vector<Place> places;
  const auto see = [&](std::string_view key) {
    const FoundKey found = ClassifyKey(key);
    if (found.name.empty()) return;
    places.push_back({HeadOf(found.name), static_cast<uint32_t>(names.size())});
    names.Add(found.name);
  };
  RETURN_IF_ERROR(Discovery(Schema::kGroupring).Walk(connection, see));
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    return a.head != b.head ? a.head < b.head : names[a.at] < names[b.at];
  });
  // Most names have two keys, and a walk may come across a key twice.
  for (const Place& place : places) {
    std::vector<uint32_t>& order = index.order_;
    if (order.empty() || names[order.back()] != names[place.at]) {
      order.push_back(place.at);
    }
  }
  return index;
}

std::vector<std::string> NameIndex::Behind(std::string_view name,
                                           size_t most) const {
  const auto begin = std::upper_bound(
      order_.begin(), order_.end(), name,
      [&](std::string_view a, uint32_t b) { return a < names_[b]; });
  const auto left = static_cast<size_t>(order_.end() - begin);
  std::vector<std::string> behind;
  for (size_t i = 0; i < std::min(most, left); ++i) {
    behind.emplace_back(names_[*(begin + static_cast<std::ptrdiff_t>(i))]);
  }
  return behind;
}

}  // namespace groupring::redis
