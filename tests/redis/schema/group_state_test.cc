#include "redis/schema/group_state.h"

#include "tests/redis/schema/raw_values.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Strings = std::vector<std::string>;

struct Case {
  RawValue raw;
  GroupState state;
  Strings complaints;
};

constexpr char kTime[] =
    " is no time in unix seconds (a whole number from 0 to 253402300799); 0 "
    "is used instead";
constexpr char kDuration[] =
    " is no duration in seconds (a whole number from 0 to 3162240000); 0 "
    "is used instead";
constexpr char kState[] =
    " is none of enabled, disabled, draining, filling; enabled is used instead";

GroupState State(AdminState state) {
  GroupState result;
  result.state = state;
  return result;
}

std::vector<Case> Cases() {
  constexpr AdminState kEnabled = AdminState::kEnabled;
  return {
      {{}, {}, {}},
      {Holding({"unknown", "field"}), {}, {}},
      {Holding({"state", "enabled"}), {}, {}},
      {Holding({"state", "disabled"}), State(AdminState::kDisabled), {}},
      {Holding({"STATE", " Draining "}), State(AdminState::kDraining), {}},
      {Holding({"State", "FILLING"}), State(AdminState::kFilling), {}},
      {Holding({"state", "draining", "start", "1700000000", "duration", "600",
                "until", "1700009999", "since", "1699999999", "reason",
                " new disks ", "by", "ana@ns1"}),
       {AdminState::kDraining, 1700000000, 600, 1700009999, 1699999999,
        "new disks", "ana@ns1"},
       {}},
      {Holding({"start", "0", "duration", "0", "until", "0", "since", "0"}),
       {},
       {}},
      {Holding({"start", "253402300799", "duration", "3162240000", "until",
                "253402300799", "since", "253402300799"}),
       {kEnabled, kMaxUnixSeconds, kMaxDurationSeconds, kMaxUnixSeconds,
        kMaxUnixSeconds, "", ""},
       {}},
      {Holding({"state", "off"}),
       {},
       {std::string("field \"state\": \"off\"") + kState}},
      {Holding({"state", ""}),
       {},
       {std::string("field \"state\": \"\"") + kState}},
      {Holding({"state", "disabled", "start", "253402300800", "duration",
                "3162240001", "until", "tomorrow", "since", "-1"}),
       State(AdminState::kDisabled),
       {std::string("field \"start\": \"253402300800\"") + kTime,
        std::string("field \"duration\": \"3162240001\"") + kDuration,
        std::string("field \"until\": \"tomorrow\"") + kTime,
        std::string("field \"since\": \"-1\"") + kTime}},
      {OfWrongType(),
       {},
       {"is no hash; the state known last (enabled) is used instead"}},
      {Denied(),
       {},
       {std::string(kDeniedText) +
        "the state known last (enabled) is used instead"}},
  };
}

TEST_CASE("each field of a group's state is read, or complained about") {
  for (const Case& c : Cases()) {
    CAPTURE(c.raw.items);
    Complaints complaints;
    CHECK(ParseGroupState("g:STATE", c.raw, nullptr, &complaints) == c.state);
    Strings expected;
    for (const std::string& text : c.complaints) {
      expected.push_back("g:STATE: " + text);
    }
    CHECK(Lines(complaints) == expected);
  }
}

TEST_CASE("a state that makes no sense leaves the one in force") {
  const GroupState disabled{AdminState::kDisabled, 0,       0,    1'900'000'000,
                            1'800'000'000,         "disks", "ana"};
  Complaints complaints;
  const auto parsed = [&](const RawValue& raw) {
    return ParseGroupState("g:STATE", raw, &disabled, &complaints);
  };
  CHECK(parsed(OfWrongType()) == disabled);
  CHECK(parsed(Denied()) == disabled);
  CHECK(parsed(RawValue{RawValue::Kind::kNoTexts, {}}) == disabled);
  CHECK(parsed(Holding({"state", "disable", "by", "bob"})) == disabled);
  CHECK(complaints.back().text.ends_with("; disabled is used instead"));
  // The same state, said again with an end that makes no sense.
  CHECK(parsed(Holding({"state", "disabled", "until", "tomorrow"})).until ==
        1'900'000'000);
  // A missing key is an answer, not a fault.
  CHECK(parsed(RawValue()) == GroupState());
}

TEST_CASE("fields of another state do not stand in") {
  GroupState ended = State(AdminState::kDisabled);
  ended.until = 1;  // long ago
  Complaints complaints;
  const GroupState drained =
      ParseGroupState("g:STATE", Holding({"state", "draining", "until", "x"}),
                      &ended, &complaints);
  CHECK(drained.state == AdminState::kDraining);
  CHECK(drained.until == 0);
}

}  // namespace
}  // namespace groupring::redis
