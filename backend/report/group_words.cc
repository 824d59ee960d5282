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

bool HasEnded(const GroupState& state, int64_t unix_millis) {
  return state.until != 0 && unix_millis >= state.until * 1000;
}

double Retained(const GroupState& state, int64_t unix_millis) {
  return static_cast<double>(RetainedShare(state, unix_millis)) /
         static_cast<double>(redis::kWholeShare);
}

}  // namespace

std::string AdminStateName(const GroupState& state, int64_t unix_millis) {
  if (HasEnded(state, unix_millis)) return "enabled";
  switch (state.state) {
    case AdminState::kEnabled:
      return "enabled";
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
  const std::string name = AdminStateName(state, unix_millis);
  if (name == "disabled") return "DISABLED";
  const double retained = Retained(state, unix_millis);
  if (name == "draining") return "DRAINING " + Percent(1 - retained);
  if (name == "filling" && retained < 1) return "FILLING " + Percent(retained);
  return "in service";
}

std::string StateCircumstances(const GroupState& state, int64_t unix_millis) {
  if (AdminStateName(state, unix_millis) == "enabled") return "";
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
