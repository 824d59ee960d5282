#include "backend/control/fill_wait.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "backend/report/group_words.h"
#include "backend/report/table.h"
#include "redis/base/words.h"
#include "redis/connection/connection.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// How soon a change of the ramp is noticed.
constexpr milliseconds kLook{2000};
constexpr milliseconds kRetry{500};

}  // namespace

absl::Status WaitForFill(const std::string& group, milliseconds patience,
                         ControlStore* store, const Clock* clock,
                         const Pause& pause, const News& news) {
  auto last_seen = clock->Steady();
  std::string said;
  const auto say = [&](const std::string& line) {
    if (line != said) news(line);
    said = line;
  };
  for (;;) {
    const auto state = store->State(group);
    if (!state.ok()) {
      if (!redis::IsConnectionLost(state.status())) return state.status();
      if (clock->Steady() - last_seen > patience) {
        return absl::UnavailableError(absl::StrFormat(
            "not known to be filled: how %s stands cannot be seen; %s",
            Printable(group), std::string(state.status().message())));
      }
      say("waiting for Redis: " + std::string(state.status().message()));
      pause(kRetry);
      continue;
    }
    last_seen = clock->Steady();
    const int64_t now = clock->UnixMillis();
    const redis::Intent intent = redis::IntentOf(*state, now);
    if (intent.IsWhole()) return absl::OkStatus();
    if (intent.IsLeaving()) {
      const std::string circumstances = StateCircumstances(*state, now);
      return absl::AbortedError(absl::StrFormat(
          "not filled: %s is %s%s", Printable(group), StateWords(*state, now),
          circumstances.empty() ? "" : " (" + circumstances + ")"));
    }
    const int64_t end = state->start + state->duration;
    // Until it is over the news is the same, whatever time it is.
    say("waiting until " + UtcTime(end) + ", for the ramp to end");
    pause(std::clamp(milliseconds(end * 1000 - now), milliseconds(1), kLook));
  }
}

}  // namespace groupring::backend
