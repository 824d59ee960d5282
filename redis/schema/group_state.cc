#include "redis/schema/group_state.h"

#include "absl/strings/str_format.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

// Returns nothing, and adds a complaint, when the value makes no sense.
std::optional<AdminState> ParseState(AdminState in_force, HashFields* fields) {
  const std::optional<std::string_view> text = fields->Find("state");
  if (!text) return AdminState::kEnabled;
  const std::optional<AdminState> state = Parse<AdminState>(*text);
  if (!state) {
    fields->Complain("state", *text,
                     absl::StrFormat("is none of %s; %s is used instead",
                                     AllNames<AdminState>(), ToText(in_force)));
  }
  return state;
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> FieldsOf(
    const GroupState& state) {
  std::vector<std::pair<std::string_view, std::string>> fields = {
      {"state", std::string(ToText(state.state))}};
  if (state.state == AdminState::kDraining ||
      state.state == AdminState::kFilling) {
    fields.emplace_back("start", std::to_string(state.start));
    fields.emplace_back("duration", std::to_string(state.duration));
  }
  if (state.until != 0) {
    fields.emplace_back("until", std::to_string(state.until));
  }
  fields.emplace_back("since", std::to_string(state.since));
  if (!state.by.empty()) fields.emplace_back("by", state.by);
  if (!state.reason.empty()) fields.emplace_back("reason", state.reason);
  return fields;
}

GroupState ParseGroupState(const std::string& key, const RawValue& raw,
                           const GroupState* before, Complaints* complaints) {
  const GroupState in_force = before == nullptr ? GroupState() : *before;
  CheckReadable(key, raw, "hash",
                absl::StrFormat("the state known last (%s) is used instead",
                                ToText(in_force.state)),
                complaints);
  if (!raw.is_readable()) return in_force;
  HashFields fields(key, raw, complaints);
  const std::optional<AdminState> said = ParseState(in_force.state, &fields);
  const bool same = !said || *said == in_force.state;
  const GroupState stand_in = same ? in_force : GroupState();
  const auto time = [&](std::string_view field, int64_t instead) {
    return fields.Number(field, 0, kMaxUnixSeconds, 0, instead,
                         "time in unix seconds");
  };
  GroupState state;
  state.start = time("start", stand_in.start);
  state.duration = fields.Number("duration", 0, kMaxDurationSeconds, 0,
                                 stand_in.duration, "duration in seconds");
  state.until = time("until", stand_in.until);
  state.since = time("since", stand_in.since);
  if (!said) return in_force;
  state.state = *said;
  state.reason = std::string(fields.Find("reason").value_or(""));
  state.by = std::string(fields.Find("by").value_or(""));
  return state;
}

}  // namespace groupring::redis
