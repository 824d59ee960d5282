// What only a terminal gets, and what goes to which stream.
#include <set>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr const char* kRedState = "\033[1;31mDISABLED\033[0m";

// Runs it on a terminal of its own, as script(1) makes one.
std::string OnTerminal(const Operator& ana, const std::string& line,
                       const std::string& environment) {
  std::string command = "env -u NO_COLOR TERM=xterm " + environment;
  for (const std::string& word : ana.Words(line)) {
    command += " '" + word + "'";
  }
  // The words begin with an env of their own, which unsets NO_COLOR.
  const size_t unset = command.rfind("'-u' 'NO_COLOR' ");
  command.erase(unset, std::string_view("'-u' 'NO_COLOR' ").size());
  return RunCommand({"script", "-qec", command, "/dev/null"}).output;
}

TEST_CASE("colour: on a terminal only, and never with NO_COLOR or TERM=dumb") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1").status == 0);
  for (const std::string line :
       {"group list", "status", "group disable px-1",
        "explain ftp.example.org 198.51.100.7", "plan enable px-1"}) {
    CAPTURE(line);
    CHECK(Holds(OnTerminal(ana, line, ""), kRedState));
    for (const char* plain : {"NO_COLOR=1", "TERM=dumb"}) {
      CAPTURE(plain);
      const std::string text = OnTerminal(ana, line, plain);
      CHECK(Holds(text, "DISABLED"));
      CHECK_FALSE(Holds(text, "\033"));
    }
    CHECK_FALSE(Holds(ana.Run(line).output, "\033"));
  }
  CHECK_FALSE(Holds(OnTerminal(ana, "group list --json", ""), "\033"));
}

TEST_CASE("a name in Redis cannot send escapes to a terminal") {
  Operator ana;
  ana.redis().Run(
      "SADD ftp.example.org:GROUPS \"px\\x1b[2J\"\n"
      "HSET px-1:STATE state disabled reason \"\\x1b]0;pwned\\x07\"");
  for (const std::string line :
       {"group list", "group list --names", "group show px-1", "status",
        "name show ftp.example.org", "explain ftp.example.org 198.51.100.7",
        "plan disable px-2", "group disable px-3", "audit",
        "group show px-9"}) {
    CAPTURE(line);
    const CommandResult result = ana.Run(line);
    CHECK_FALSE(Holds(result.output + result.errors, "\033"));
  }
}

TEST_CASE("data goes to standard output, prose to standard error") {
  Operator ana;
  // Reports of what is sound say nothing beside.
  for (const std::string line :
       {"group list", "group show px-1", "name list",
        "name show ftp.example.org", "address list px-1", "status", "nodes",
        "audit", "explain ftp.example.org 198.51.100.7", "plan disable px-1",
        "group disable px-1", "completion bash"}) {
    CAPTURE(line);
    const CommandResult result =
        line == "completion bash"
            ? RunCommand({GroupringProgram(), "completion", "bash"})
            : ana.Run(line);
    CHECK(result.status == 0);
    CHECK_FALSE(result.output.empty());
    CHECK(result.errors.empty());
  }
  // Failures say nothing on standard output.
  for (const std::string line :
       {"group show px-9", "group disable px-9", "name show fpt.example.org",
        "explain ftp.example.org nonsense", "group disbale px-1",
        "address add px-1 nonsense"}) {
    CAPTURE(line);
    const CommandResult result = ana.Run(line);
    CHECK(result.status != 0);
    CHECK(result.output.empty());
    CHECK(result.errors.starts_with("groupring: "));
  }
  const CommandResult malformed = [&] {
    ana.redis().Run("SADD px-2:A nonsense");
    return ana.Run("group list");
  }();
  CHECK(malformed.errors ==
        "groupring: 1 value in Redis is malformed or not readable, and left "
        "out; `groupring status` tells\n");
}

TEST_CASE("no output names the password of Redis") {
  constexpr const char* kSecret = "c0rrecthorse";
  RedisServer redis({"--requirepass", kSecret});
  RunCommand(
      {"redis-cli", "-s", redis.socket(), "-a", kSecret, "--no-auth-warning"},
      kOperatorData);
  const GroupringServer node("unix://:" + std::string(kSecret) + "@" +
                             redis.socket());
  const GroupringSettings wrong("unix://:" + std::string(kSecret) + "x@" +
                                redis.socket());
  const GroupringSettings nowhere("redis://u:" + std::string(kSecret) +
                                  "@127.0.0.1:1/0");
  for (const GroupringSettings* settings :
       {&node.settings(), &wrong, &nowhere}) {
    for (const std::string line :
         {"group list", "group disable px-1 --json", "group enable px-1",
          "status", "nodes", "audit", "doctor", "doctor --json", "check-config",
          "explain ftp.example.org 198.51.100.7 --json"}) {
      CAPTURE(line);
      std::vector<std::string> argv = {GroupringProgram()};
      std::istringstream words(line);
      for (std::string word; words >> word;) argv.push_back(word);
      argv.insert(argv.end(), {"--config", settings->file()});
      const CommandResult result = RunCommand(argv);
      CHECK_FALSE(Holds(result.output + result.errors, kSecret));
      if (settings == &node.settings()) CHECK(result.status == 0);
    }
  }
  CHECK_FALSE(
      Holds(ReadFile(node.settings().directory() / "groupring.log"), kSecret));
}

}  // namespace
}  // namespace groupring::testing
