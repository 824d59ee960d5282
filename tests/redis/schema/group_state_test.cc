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
    "stands in";
constexpr char kDuration[] =
    " is no duration in seconds (a whole number from 0 to 3162240000); 0 "
    "stands in";
constexpr char kState[] =
    " is none of enabled, disabled, draining, filling; enabled stands in";

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
      {OfWrongType(), {}, {"is no hash; enabled stands in"}},
      {Denied(), {}, {std::string(kDeniedText) + "enabled stands in"}},
  };
}

TEST_CASE("each field of a group's state is read, or complained about") {
  for (const Case& c : Cases()) {
    CAPTURE(c.raw.items);
    Complaints complaints;
    CHECK(ParseGroupState("g:STATE", c.raw, &complaints) == c.state);
    Strings expected;
    for (const std::string& text : c.complaints) {
      expected.push_back("g:STATE: " + text);
    }
    CHECK(Lines(complaints) == expected);
  }
}

}  // namespace
}  // namespace groupring::redis
