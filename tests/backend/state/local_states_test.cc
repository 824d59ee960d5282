#include "backend/state/local_states.h"

#include <string>

#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

redis::GroupState Until(int64_t unix_seconds) {
  redis::GroupState state;
  state.state = redis::AdminState::kDisabled;
  state.of_this_node = true;
  state.since = 1'700'000'000;
  state.until = unix_seconds;
  state.by = "ana@ns1";
  state.reason = "a \"disk\"\n is broken";
  return state;
}

TEST_CASE("local states are read back as they were written") {
  const LocalStates states = {{"g1", Until(1'800'000'000)},
                              {"g 2", Until(1'900'000'000)}};
  const auto read = DecodeLocalStates(EncodeLocalStates(states));
  REQUIRE(read.ok());
  CHECK(*read == states);
}

TEST_CASE("a file of something else is refused, a missing one is none") {
  const testing::TempDirectory scratch;
  for (const char* text :
       {"", "x", "{}", R"({"format": 2, "groups": {}})",
        R"({"format": 1, "groups": {"g1": {}}})",
        R"({"format": 1, "groups": {"g1": {"until": -1, "since": 0,
            "reason": "", "by": ""}}})"}) {
    CAPTURE(text);
    const auto read = ReadLocalStates(scratch.Write("local.state", text));
    CHECK(absl::IsDataLoss(read.status()));
    CHECK(std::string(read.status().message()).find("local.state is not") !=
          std::string::npos);
  }
  const auto none = ReadLocalStates(scratch / "nowhere");
  REQUIRE(none.ok());
  CHECK(none->empty());
}

}  // namespace
}  // namespace groupring::backend
