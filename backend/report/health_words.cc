#include "backend/report/health_words.h"

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/report/verdict_words.h"

namespace groupring::backend {

std::string_view HealthWords(redis::AddressHealth health) {
  switch (health) {
    case redis::AddressHealth::kUnchecked:
      return "unchecked";
    case redis::AddressHealth::kUnknown:
      return "unknown";
    case redis::AddressHealth::kUp:
      return "up";
    case redis::AddressHealth::kBusy:
      return "busy";
    case redis::AddressHealth::kDraining:
      return "draining";
    case redis::AddressHealth::kDown:
      return "down";
  }
  return "unknown";
}

Tone ToneOf(redis::AddressHealth health) {
  switch (health) {
    case redis::AddressHealth::kUp:
      return Tone::kInService;
    case redis::AddressHealth::kBusy:
    case redis::AddressHealth::kDraining:
      return Tone::kDraining;
    case redis::AddressHealth::kDown:
      return Tone::kBad;
    case redis::AddressHealth::kUnchecked:
    case redis::AddressHealth::kUnknown:
      break;
  }
  return Tone::kPlain;
}

std::string DownWords(uint32_t down_votes, uint32_t votes,
                      redis::VerdictReason reason) {
  return absl::StrFormat("by %d of %d checker%s: %s", down_votes, votes,
                         votes == 1 ? "" : "s", ReasonWords(reason));
}

std::string SourceWords(const redis::HealthConclusions& health,
                        int64_t unix_millis) {
  const int64_t silent = (unix_millis - health.last_checker_unix_millis) / 1000;
  switch (health.source) {
    case redis::HealthSource::kNothingChecked:
      return "nothing is checked: groupring:check and <group>:CHECK have no "
             "PROBES";
    case redis::HealthSource::kNoChecker:
      return "there is no checker, so everything counts as up: start "
             "`groupring checker`";
    case redis::HealthSource::kLive:
      return "checkers are alive";
    case redis::HealthSource::kStale:
      return absl::StrFormat(
          "no checker has reported for %s: their last verdicts go on to count",
          DurationText(silent));
    case redis::HealthSource::kExpired:
      return absl::StrFormat(
          "no checker has reported for %s: everything counts as up",
          DurationText(silent));
  }
  return {};
}

}  // namespace groupring::backend
