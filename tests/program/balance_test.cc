// `groupring balance … --by load`: from loads in Redis to weights, and back.
#include <ctime>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

// Its age in seconds is that of what is said.
std::string LoadOf(const std::string& group, int sessions, int64_t age = 0) {
  return "HSET groupring:load:" + group + " sessions " +
         std::to_string(sessions) + " capacity 500 at " +
         std::to_string(std::time(nullptr) - age) + "\n";
}

// px-1 is used to 80 %, the others to 20 %.
void SayLoads(Operator* ana) {
  ana->redis().Run(LoadOf("px-1", 400) + LoadOf("px-2", 100) +
                   LoadOf("px-3", 100));
}

// The command that it names as the one that undoes it.
std::string UndoOf(const CommandResult& change) {
  const std::string before = "to undo: groupring ";
  const size_t begin = change.errors.find(before);
  REQUIRE(begin != std::string::npos);
  const size_t from = begin + before.size();
  return change.errors.substr(from, change.errors.find('\n', from) - from);
}

TEST_CASE("balance by load: planned, applied over time, shown and undone") {
  Operator ana;
  SayLoads(&ana);
  const auto keys = ana.AllKeys();
  const std::string shown = ana.Run("name show ftp.example.org").output;
  ana.Type("balance ftp.example.org --by load");
  CHECK(ana.AllKeys() == keys);
  // So long that nothing has moved while the test runs.
  const CommandResult applied = ana.Type(
      "balance ftp.example.org --by load --apply --over 300d --reason 'even "
      "out'");
  ana.Type("name show ftp.example.org");
  ana.Type("balance ftp.example.org --by load");
  ana.Type(UndoOf(applied));
  CHECK(ana.Run("name show ftp.example.org").output == shown);
  ana.Type("audit");
  ana.CheckTranscript("balance_by_load");
}

TEST_CASE("balance by load: what is applied at once is undone at once") {
  Operator ana;
  SayLoads(&ana);
  const std::string shown = ana.Run("name show ftp.example.org").output;
  const CommandResult applied =
      ana.Run("balance ftp.example.org --by load --apply");
  REQUIRE(applied.status == 0);
  CHECK(ana.Run("name show ftp.example.org").output != shown);
  REQUIRE(ana.Run(UndoOf(applied)).status == 0);
  CHECK(ana.Run("name show ftp.example.org").output == shown);
}

TEST_CASE("balance by load: loads that say nothing are refused with a reason") {
  Operator ana;
  const auto why = [&ana] {
    const CommandResult result =
        ana.Run("balance ftp.example.org --by load --apply");
    CHECK(result.status == 1);
    return result.errors;
  };
  CHECK(Holds(why(),
              "px-1 has no load in Redis; expected HSET "
              "groupring:load:px-1 sessions N capacity N"));
  SayLoads(&ana);
  ana.redis().Run(LoadOf("px-2", 100, 400));
  CHECK(Holds(why(), "px-2 has a load that is 40"));
  ana.redis().Run(LoadOf("px-2", 100, -4000));
  CHECK(Holds(why(), "s ahead of now; is the clock right of who writes it"));
  ana.redis().Run("HDEL groupring:load:px-2 at\n");
  CHECK(Holds(why(), "px-2 has a load that does not say since when"));
  ana.redis().Run(LoadOf("px-2", 100) +
                  "HSET groupring:load:px-2 capacity lots\n");
  CHECK(Holds(why(), "px-2 has a load without a capacity"));
  ana.redis().Run(LoadOf("px-1", 0) + LoadOf("px-2", 0) + LoadOf("px-3", 0));
  CHECK(Holds(why(), "no group has a session"));
  CHECK_FALSE(ana.AllKeys().contains("groupring:audit"));
}

}  // namespace
}  // namespace groupring::testing
