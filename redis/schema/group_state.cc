#include "redis/schema/group_state.h"

#include "absl/strings/str_format.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

AdminState ParseState(HashFields* fields) {
  const std::optional<std::string_view> text = fields->Find("state");
  if (!text) return AdminState::kEnabled;
  const std::optional<AdminState> state = Parse<AdminState>(*text);
  if (state) return *state;
  fields->Complain("state", *text,
                   absl::StrFormat("is none of %s; enabled stands in",
                                   AllNames<AdminState>()));
  return AdminState::kEnabled;
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
                           Complaints* complaints) {
  CheckReadable(key, raw, "hash", "enabled stands in", complaints);
  HashFields fields(key, raw, complaints);
  const auto time = [&](std::string_view field) {
    return fields.Number(field, 0, kMaxUnixSeconds, 0, "time in unix seconds");
  };
  GroupState state;
  state.state = ParseState(&fields);
  state.start = time("start");
  state.duration = fields.Number("duration", 0, kMaxDurationSeconds, 0,
                                 "duration in seconds");
  state.until = time("until");
  state.since = time("since");
  state.reason = std::string(fields.Find("reason").value_or(""));
  state.by = std::string(fields.Find("by").value_or(""));
  return state;
}

}  // namespace groupring::redis
