#include "backend/report/group_words.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "backend/report/health_words.h"
#include "redis/base/printable.h"

namespace groupring::backend {

using redis::AdminState;
using redis::GroupState;
using redis::Intent;

std::string StateWords(const Intent& intent) {
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

std::string StateWords(const GroupState& state, int64_t unix_millis) {
  return StateWords(IntentOf(state, unix_millis));
}

std::string StateCircumstances(const GroupState& state, const Intent& intent) {
  if (intent.admin == AdminState::kEnabled) return "";
  std::vector<std::string> parts;
  if (!state.by.empty()) parts.push_back("by " + state.by);
  if (state.since != 0) parts.push_back("since " + UtcTime(state.since));
  if (!state.reason.empty()) parts.push_back("\"" + state.reason + "\"");
  if (state.until != 0) parts.push_back("until " + UtcTime(state.until));
  if (state.of_this_node) parts.emplace_back("on this node only");
  return absl::StrJoin(parts, ", ");
}

std::string StateCircumstances(const GroupState& state, int64_t unix_millis) {
  return StateCircumstances(state, IntentOf(state, unix_millis));
}

std::string_view WithheldWord(redis::WithheldCause cause) {
  switch (cause) {
    case redis::WithheldCause::kOperator:
      return "DISABLED";
    case redis::WithheldCause::kHealth:
      return "down";
    case redis::WithheldCause::kTooFewUp:
      break;
  }
  return "withheld";
}

std::string DisabledCircumstances(const redis::WithheldAddress& address) {
  if (address.cause == redis::WithheldCause::kTooFewUp) {
    return "too few of its family are up, see MIN_UP";
  }
  if (address.cause == redis::WithheldCause::kHealth) {
    std::string words =
        DownWords(address.down_votes, address.votes,
                  address.verdict_reason.value_or(redis::VerdictReason::kOk));
    if (address.since != 0) words += ", since " + UtcTime(address.since);
    if (!address.reason.empty()) words += ", \"" + address.reason + "\"";
    return words;
  }
  GroupState state;
  state.state = AdminState::kDisabled;
  state.until = address.until;
  state.since = address.since;
  state.reason = address.reason;
  state.by = address.by;
  return StateCircumstances(state, Intent{AdminState::kDisabled, 0});
}

Tone ToneOf(const Intent& intent) {
  if (intent.IsWhole()) return Tone::kInService;
  switch (intent.admin) {
    case AdminState::kEnabled:
      break;
    case AdminState::kDisabled:
      return Tone::kOut;
    case AdminState::kDraining:
      return Tone::kDraining;
    case AdminState::kFilling:
      return Tone::kFilling;
  }
  return Tone::kInService;
}

std::string StateSentence(const GroupState& state, const Intent& intent) {
  const std::string circumstances = StateCircumstances(state, intent);
  return StateWords(intent) +
         (circumstances.empty() ? "" : " (" + circumstances + ")");
}

std::string PaintedStateSentence(const GroupState& state, const Intent& intent,
                                 Colours colours) {
  const std::string words = StateWords(intent);
  return Painted(words, ToneOf(intent), colours) +
         Printable(StateSentence(state, intent), kMaxLine).substr(words.size());
}

double KeptRatio(const Intent& intent) {
  return static_cast<double>(intent.kept_share) /
         static_cast<double>(redis::kWholeShare);
}

}  // namespace groupring::backend
