#include "redis/store/discovery.h"

#include <algorithm>
#include <utility>

#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

// Redis looks at this many keys in one step: some hundred microseconds.
constexpr std::string_view kKeysPerStep = "1000";

// Of the time, for one tenth.
constexpr int kRestPerWork = 9;

}  // namespace

absl::StatusOr<bool> Discovery::Step(Connection* connection,
                                     std::atomic<uint64_t>* commands,
                                     std::vector<std::string>* keys) {
  absl::StatusOr<Reply> reply = connection->Command(
      {"SCAN", cursor_, "MATCH", kDiscoveryPattern, "COUNT", kKeysPerStep});
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return StatusOfErrorReply(reply->text);
  if (reply->elements.size() != 2) {
    return absl::InternalError("Redis replied to SCAN with no pair");
  }
  commands->fetch_add(1, std::memory_order_relaxed);
  cursor_ = std::move(reply->elements[0].text);
  for (Reply& key : reply->elements[1].elements) {
    keys->push_back(std::move(key.text));
  }
  return cursor_ == "0";
}

void DiscoveryPace::Reset(TimePoint now) {
  next_ = now + interval_;
  walking_ = false;
  steps_ = 0;
}

std::chrono::nanoseconds DiscoveryPace::StepTaken(TimePoint start,
                                                  TimePoint end,
                                                  bool completed) {
  if (!walking_) {
    walking_ = true;
    walk_start_ = start;
    steps_ = 0;
  }
  ++steps_;
  const TimePoint rested = end + kRestPerWork * (end - start);
  if (!completed) {
    next_ =
        std::max<TimePoint>(rested, start + interval_ / (steps_last_walk_ + 1));
    return std::chrono::nanoseconds::zero();
  }
  walking_ = false;
  steps_last_walk_ = steps_;
  next_ = std::max<TimePoint>(rested, walk_start_ + interval_);
  return end - walk_start_;
}

}  // namespace groupring::redis
