#include "redis/schema/group_load.h"

#include "redis/schema/group_state.h"

namespace groupring::redis {
namespace {

// More than any group has; ratios of such numbers are exact enough.
constexpr int64_t kMostSessions = 1'000'000'000'000;

}  // namespace

std::optional<GroupLoad> ParseGroupLoad(const std::string& key,
                                        const RawValue& raw,
                                        Complaints* complaints) {
  constexpr std::string_view kNotShown = "the load of the group is not shown";
  CheckReadable(key, raw, "hash", kNotShown, complaints);
  if (!raw.has_value()) return std::nullopt;
  HashFields fields(key, raw, complaints);
  const std::optional<std::string_view> text = fields.Find("sessions");
  const auto sessions =
      text ? ParseWholeNumber(*text, 0, kMostSessions) : std::nullopt;
  if (text && !sessions) {
    fields.Complain("sessions", *text,
                    "is no number of sessions; the load of the group is not "
                    "shown");
  } else if (!text) {
    complaints->push_back(
        {key, "has no field \"sessions\"; the load of the group is not shown"});
  }
  GroupLoad load;
  load.capacity = fields.Number("capacity", 1, kMostSessions, 0, 0,
                                "capacity in sessions, from 1");
  load.at =
      fields.Number("at", 1, kMaxUnixSeconds, 0, 0, "time in unix seconds");
  if (!sessions) return std::nullopt;
  load.sessions = *sessions;
  return load;
}

}  // namespace groupring::redis
