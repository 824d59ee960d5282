#include "redis/base/words.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace groupring {

std::string UtcTime(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string Percent(double ratio) {
  double percent = ratio * 100;
  if (ratio > 0) percent = std::max(percent, 0.1);
  if (ratio < 1) percent = std::min(percent, 99.9);
  return absl::StrFormat("%.1f%%", percent);
}

}  // namespace groupring
