#include "redis/store/tracking_table.h"

#include "redis/base/status_macros.h"
#include "redis/schema/followed_keys.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// Of the table, in percent: what is used at most when remembered keys are
// returned to.
constexpr int64_t kRoomy = 50;

constexpr int64_t kMostKeys = int64_t{1} << 48;

}  // namespace

absl::Status TrackingTable::Ask(Connection* connection) {
  ASSIGN_OR_RETURN(
      const Reply reply,
      connection->Command({"CONFIG", "GET", "tracking-table-max-keys"}));
  if (reply.is_error() || reply.elements.size() != 2) return absl::OkStatus();
  const std::optional<int64_t> keys =
      ParseWholeNumber(reply.elements[1].text, 0, kMostKeys);
  if (!keys || *keys == keys_) return absl::OkStatus();
  keys_ = *keys;
  overflowed_at_.reset();
  return absl::OkStatus();
}

Announced TrackingTable::Choose(int64_t keys, Announced now) const {
  if (now == Announced::kNothing) return now;
  const int64_t percent =
      now == Announced::kAllWrites ? kRoomy : kTrackingTableShare;
  const bool fits =
      FitsTrackingTable(keys, keys_, percent) &&
      (!overflowed_at_ || FitsTrackingTable(keys, *overflowed_at_, percent));
  return fits ? Announced::kKeysRead : Announced::kAllWrites;
}

}  // namespace groupring::redis
