#include "redis/store/discovery.h"

#include <algorithm>
#include <utility>

#include "redis/connection/error_reply.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

// Redis looks at this many keys in one step: some hundred microseconds.
constexpr int64_t kKeysPerStep = 1000;

constexpr int64_t kManySteps = 1'000'000;

// Of the time, for one tenth. A step that took much longer than Redis needs
// for it has waited for something else, which a longer rest would not help.
constexpr int kRestPerWork = 9;
constexpr std::chrono::milliseconds kMaxRest{8};

}  // namespace

absl::StatusOr<bool> Discovery::Step(Connection* connection,
                                     std::atomic<uint64_t>* commands,
                                     std::vector<std::string>* keys) {
  const bool starts = cursor_ == "0";
  if (starts) connection->Append({"DBSIZE"});
  connection->Append({"SCAN", cursor_, "MATCH", kDiscoveryPattern, "COUNT",
                      std::to_string(kKeysPerStep)});
  if (starts) {
    const absl::StatusOr<Reply> size = connection->Read();
    if (!size.ok()) return size.status();
    expected_steps_ = size->type == Reply::Type::kInteger
                          ? size->integer / kKeysPerStep + 1
                          : kManySteps;
  }
  absl::StatusOr<Reply> reply = connection->Read();
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return StatusOfErrorReply(reply->text);
  if (reply->elements.size() != 2) {
    return absl::InternalError("Redis replied to SCAN with no pair");
  }
  commands->fetch_add(starts ? 2 : 1, std::memory_order_relaxed);
  cursor_ = std::move(reply->elements[0].text);
  for (Reply& key : reply->elements[1].elements) {
    keys->push_back(std::move(key.text));
  }
  return cursor_ == "0";
}

void DiscoveryPace::Reset(TimePoint now) {
  next_ = now + interval_;
  walking_ = false;
}

std::chrono::nanoseconds DiscoveryPace::StepTaken(TimePoint start,
                                                  TimePoint end,
                                                  int64_t expected_steps,
                                                  bool completed) {
  if (!walking_) walk_start_ = start;
  walking_ = !completed;
  const TimePoint rested = end + std::min<std::chrono::nanoseconds>(
                                     kMaxRest, kRestPerWork * (end - start));
  if (completed) {
    next_ = std::max<TimePoint>(rested, walk_start_ + interval_);
    return end - walk_start_;
  }
  const std::chrono::nanoseconds spacing = interval_ / 2 / expected_steps;
  next_ = std::max<TimePoint>(rested, start + spacing);
  return std::chrono::nanoseconds::zero();
}

}  // namespace groupring::redis
