#include "backend/daemon/local_requests.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/handover/messages.h"
#include "backend/report/group_words.h"
#include "backend/state/condensed_json.h"
#include "redis/base/printable.h"
#include "redis/schema/group_state.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

std::string Told(std::string_view verb, const std::string& text) {
  return std::string(verb) + " " + text;
}

// What follows the verb, in at most this many parts; nothing for another verb.
std::optional<std::vector<std::string>> PartsOf(const std::string& text,
                                                std::string_view verb,
                                                int parts) {
  const std::string prefix = std::string(verb) + " ";
  if (!text.starts_with(prefix)) return std::nullopt;
  return absl::StrSplit(text.substr(prefix.size()),
                        absl::MaxSplits(' ', parts - 1));
}

// The state on this node that is asked for; nothing: none, as in Redis.
std::string Apply(const std::string& group,
                  std::optional<redis::GroupState> state, Engine* engine,
                  int64_t unix_millis, const LogSink& log) {
  const std::string after =
      state ? StateSentence(*state, IntentOf(*state, unix_millis))
            : "as in Redis";
  const absl::StatusOr<std::optional<redis::GroupState>> before =
      engine->SetLocalState(group, std::move(state));
  if (!before.ok()) {
    return Told(kFailedWord, std::string(before.status().message()));
  }
  const std::string was =
      *before ? StateSentence(**before, IntentOf(**before, unix_millis))
              : "as in Redis";
  const std::string words =
      Printable(absl::StrFormat("%s: %s -> %s", group, was, after), kMaxLine);
  log(Severity::kWarning, "by request on the control socket: group " + words);
  return Told(kDone, words);
}

}  // namespace

std::string AnswerLocalRequest(const std::string& text, Engine* engine,
                               const Clock& clock, const LogSink& log) {
  const int64_t now = clock.UnixMillis();
  if (const auto parts = PartsOf(text, kDisableHere, 4)) {
    const auto seconds = parts->size() == 4
                             ? redis::ParseWholeNumber(
                                   (*parts)[1], 1, redis::kMaxDurationSeconds)
                             : std::nullopt;
    if (!seconds) return Told(kFailedWord, "the request is malformed");
    redis::GroupState state;
    state.state = redis::AdminState::kDisabled;
    state.of_this_node = true;
    state.since = now / 1000;
    state.until = now / 1000 + *seconds;
    state.by = (*parts)[2];
    state.reason = (*parts)[3];
    return Apply((*parts)[0], std::move(state), engine, now, log);
  }
  if (const auto parts = PartsOf(text, kEnableHere, 1)) {
    return Apply((*parts)[0], std::nullopt, engine, now, log);
  }
  return {};
}

absl::StatusOr<std::string> AnswerNames(std::string_view generation,
                                        const Engine& engine,
                                        const std::string& instance) {
  const auto number = redis::ParseWholeNumber(
      generation.substr(std::min<size_t>(1, generation.size())), 0,
      std::numeric_limits<int64_t>::max());
  if (!number) return absl::InvalidArgumentError("the request is malformed");
  absl::StatusOr<redis::CondensedNames> names = engine.CondenseNames(*number);
  if (absl::IsUnavailable(names.status())) {
    return absl::UnavailableError(
        Told(kBehind, std::string(names.status().message())));
  }
  if (!names.ok()) return names.status();
  names->instance = instance;
  return CondensedToText(*names);
}

}  // namespace groupring::backend
