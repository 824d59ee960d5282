#include "redis/schema/enum_names.h"

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

template <typename Enum>
struct Name {
  Enum value;
  const char* text;
  const char* other_case;
};

template <typename Enum, size_t n>
void CheckNames(const Name<Enum> (&names)[n]) {
  for (const Name<Enum>& name : names) {
    CAPTURE(name.text);
    CHECK(ToText(name.value) == name.text);
    CHECK(Parse<Enum>(name.text) == name.value);
    CHECK(Parse<Enum>(name.other_case) == name.value);
  }
  for (const char* text : {"", "nonsense", "enabled ", "rando", "serv_fail"}) {
    CAPTURE(text);
    CHECK_FALSE(Parse<Enum>(text));
  }
}

TEST_CASE("each value has its name in Redis, which is read in any case") {
  CheckNames<AdminState>({{AdminState::kEnabled, "enabled", "Enabled"},
                          {AdminState::kDisabled, "disabled", "DISABLED"},
                          {AdminState::kDraining, "draining", "drAining"},
                          {AdminState::kFilling, "filling", "Filling"}});
  CheckNames<AnswerMode>(
      {{AnswerMode::kRandom, "random", "Random"},
       {AnswerMode::kConsistentHash, "consistent_hash", "CONSISTENT_HASH"},
       {AnswerMode::kGroupConsistentHash, "group_consistent_hash",
        "Group_Consistent_Hash"}});
  CheckNames<OnEmpty>({{OnEmpty::kFailOpen, "fail_open", "FAIL_OPEN"},
                       {OnEmpty::kServfail, "servfail", "SERVFAIL"}});
  CheckNames<DataOrigin>({{DataOrigin::kLive, "live", "Live"},
                          {DataOrigin::kHeld, "held", "HELD"},
                          {DataOrigin::kDoubted, "doubted", "Doubted"}});
  CHECK(ToText(DataOrigin::kUnknown).empty());
}

TEST_CASE("messages list the names that there are") {
  CHECK(AllNames<AdminState>() == "enabled, disabled, draining, filling");
  CHECK(AllNames<AnswerMode>() ==
        "group_consistent_hash, random, consistent_hash");
  CHECK(AllNames<OnEmpty>() == "fail_open, servfail");
  CHECK(AllNames<DataOrigin>() == "live, held, doubted");
}

}  // namespace
}  // namespace groupring::redis
