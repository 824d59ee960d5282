#include "redis/connection/server_time.h"

#include <cstdint>
#include <limits>
#include <optional>

#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

absl::Status AskTime(TimeSource source, Connection* connection,
                     RedisClock* clock) {
  const auto asked = clock->Steady();
  ASSIGN_OR_RETURN(const Reply reply, connection->Command({"TIME"}));
  const auto answered = clock->Steady();
  if (reply.is_error()) return StatusOfErrorReply(reply.text);
  if (reply.elements.size() != 2) {
    return absl::InternalError("TIME did not return seconds and microseconds");
  }
  constexpr int64_t kMaxSeconds = std::numeric_limits<int64_t>::max() / 1000;
  const std::optional<int64_t> seconds =
      ParseWholeNumber(reply.elements[0].text, 0, kMaxSeconds - 1);
  const std::optional<int64_t> micros =
      ParseWholeNumber(reply.elements[1].text, 0, 999'999);
  if (!seconds || !micros) {
    return absl::InternalError("TIME did not return seconds and microseconds");
  }
  TimeSample sample;
  sample.server_unix_millis = *seconds * 1000 + *micros / 1000;
  sample.uncertainty = (answered - asked) / 2;
  sample.at = asked + (answered - asked) / 2;
  clock->Observe(sample, source);
  return absl::OkStatus();
}

}  // namespace groupring::redis
