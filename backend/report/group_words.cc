#include "backend/report/group_words.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace groupring::backend {
namespace {

using redis::AdminState;
using redis::GroupState;

}  // namespace

double KeptRatio(const redis::Intent& intent) {
  return static_cast<double>(intent.kept_share) /
         static_cast<double>(redis::kWholeShare);
}

std::string AdminStateName(const GroupState& state, int64_t unix_millis) {
  switch (IntentOf(state, unix_millis).admin) {
    case AdminState::kEnabled:
      break;
    case AdminState::kDisabled:
      return "disabled";
    case AdminState::kDraining:
      return "draining";
    case AdminState::kFilling:
      return "filling";
  }
  return "enabled";
}

std::string StateWords(const GroupState& state, int64_t unix_millis) {
  const redis::Intent intent = IntentOf(state, unix_millis);
  if (intent.IsWhole()) return "in service";
  switch (intent.admin) {
    case AdminState::kEnabled:
      break;
    case AdminState::kDisabled:
      return "DISABLED";
    case AdminState::kDraining:
      return "DRAINING " + Percent(1 - KeptRatio(intent));
    case AdminState::kFilling:
      return "FILLING " + Percent(KeptRatio(intent));
  }
  return "in service";
}

std::string StateCircumstances(const GroupState& state, int64_t unix_millis) {
  if (IntentOf(state, unix_millis).admin == AdminState::kEnabled) return "";
  std::vector<std::string> parts;
  if (!state.by.empty()) parts.push_back("by " + state.by);
  if (state.since != 0) parts.push_back("since " + UtcTime(state.since));
  if (!state.reason.empty()) parts.push_back("\"" + state.reason + "\"");
  if (state.until != 0) parts.push_back("until " + UtcTime(state.until));
  return absl::StrJoin(parts, ", ");
}

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

}  // namespace groupring::backend
