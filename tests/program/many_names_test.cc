// Commands where there are so many names that those that are alike are one.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kNames = 10'500;

std::string ManyNames() {
  std::string commands;
  for (int i = 0; i < kNames; ++i) {
    commands +=
        "SADD n" + std::to_string(i) + ".example.org:GROUPS px-1 px-2 px-3\n";
  }
  return commands +
         "SADD n7.example.org:GROUPS px-4\nSADD px-4:A 203.0.113.44\n";
}

int64_t CommandsSoFar(RedisServer* redis) {
  const std::string info = redis->Run("INFO stats\n");
  const std::string field = "total_commands_processed:";
  return std::stoll(info.substr(info.find(field) + field.size()));
}

// What is said of how the names were read.
bool SaysThatAllAreRead(const CommandResult& result) {
  return Holds(result.errors, "all names are read from Redis");
}

TEST_CASE("many names: the process here is asked, or all are read") {
  Operator ana;
  ana.redis().Run(ManyNames());
  const std::vector<std::string> commands = {"group show px-1",
                                             "plan disable px-1"};
  std::vector<std::string> read;
  for (const std::string& command : commands) {
    const CommandResult result = ana.Run(command);
    CAPTURE(command, result.output, result.errors);
    CHECK(result.status == 0);
    CHECK(SaysThatAllAreRead(result));
    CHECK(Holds(result.output, "ftp.example.org and 10499 more names"));
    CHECK(Holds(result.output, "n7.example.org"));
    read.push_back(Steady(result.output));
  }

  const GroupringServer server(ana.redis().url(), NodeSettings("ns1"));
  const std::string& settings = server.settings().file();
  REQUIRE(WaitUntil(
      [&] { return !SaysThatAllAreRead(ana.Run("group list", settings)); }));
  for (size_t i = 0; i < commands.size(); ++i) {
    const int64_t before = CommandsSoFar(&ana.redis());
    const CommandResult result = ana.Run(commands[i], settings);
    CAPTURE(commands[i], result.output, result.errors);
    CHECK(result.status == 0);
    CHECK_FALSE(SaysThatAllAreRead(result));
    CHECK(Steady(result.output) == read[i]);
    // The node adds some of its own.
    CHECK(CommandsSoFar(&ana.redis()) - before < kNames / 4);
  }

  // A change by redis-cli and one by a command are both seen by the next.
  ana.redis().Run("SADD n8.example.org:GROUPS px-4\n");
  REQUIRE(WaitUntil([&] {
    return Holds(ana.Run("group show px-4", settings).output,
                 "n7.example.org and 1 more name");
  }));
  const CommandResult disabled =
      ana.Run("group disable px-4 --reason disk", settings);
  CAPTURE(disabled.output, disabled.errors);
  CHECK(disabled.status == 0);
  CHECK(Holds(ana.Run("group list", settings).output, "DISABLED"));
  const CommandResult refused =
      ana.Run("group disable px-1 --reason disk", settings);
  CAPTURE(refused.output, refused.errors);
  CHECK(refused.status == 3);
  CHECK(Holds(refused.output + refused.errors,
              "n7.example.org and 1 more name would have 2 groups"));
}

}  // namespace
}  // namespace groupring::testing
