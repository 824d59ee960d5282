// What only a terminal gets, and what goes to which stream.
#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr const char* kRedState = "\033[1;31mDISABLED\033[0m";

// The words that run it on a terminal of its own, as script(1) makes one.
std::vector<std::string> TerminalWords(const Operator& ana,
                                       const std::string& line,
                                       const std::string& environment,
                                       const std::string& size) {
  std::string command =
      "stty " + size + "; env -u NO_COLOR TERM=xterm " + environment;
  for (const std::string& word : ana.Words(line)) {
    command += " '" + word + "'";
  }
  // The words begin with an env of their own, which unsets NO_COLOR.
  const size_t unset = command.rfind("'-u' 'NO_COLOR' ");
  command.erase(unset, std::string_view("'-u' 'NO_COLOR' ").size());
  return {"script", "-qec", command, "/dev/null"};
}

// Runs it there to its end.
std::string OnTerminal(const Operator& ana, const std::string& line,
                       const std::string& environment,
                       std::string_view keys = {},
                       const std::string& size = "cols 200 rows 50") {
  return RunCommand(TerminalWords(ana, line, environment, size), keys).output;
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

// The lines of the last screen that was drawn.
std::vector<std::string> LastScreen(const std::string& output) {
  const size_t home = output.rfind("\033[H");
  REQUIRE(home != std::string::npos);
  std::string text = output.substr(home + 3);
  for (const char* noise : {"\033[K", "\033[J", "\r"}) {
    for (size_t at = 0; (at = text.find(noise)) != std::string::npos;) {
      text.erase(at, std::string_view(noise).size());
    }
  }
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("watch on a terminal: a clock, what is wrong first, q ends it") {
  Operator ana;
  for (int i = 0; i < 30; ++i) {
    const std::string group = "g" + std::to_string(i);
    ana.redis().Run("SADD ftp.example.org:GROUPS " + group + "\nSADD " + group +
                    ":A 203.0.113.7\nSADD " + group + ":AAAA 2001:db8::7");
  }
  ana.redis().Run("SADD px-2:A nonsense\nHSET g29:STATE state disabled");
  const std::string output =
      OnTerminal(ana, "watch", "NO_COLOR=1", "q", "cols 80 rows 15");
  const std::vector<std::string> lines = LastScreen(output);
  INFO(output);
  REQUIRE(lines.size() == 14);
  CHECK(lines[0].starts_with("20"));
  CHECK(lines[0].ends_with("q ends"));
  CHECK(lines[1].starts_with("problem  data: Redis key \"px-2:A\""));
  CHECK(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line == "OUT      g29 DISABLED";
  }));
  CHECK(lines.back().ends_with("lines more: groupring status shows all"));
  for (const std::string& line : lines) CHECK(line.size() <= 84);
}

TEST_CASE(
    "watch on a terminal: an outage of Redis shows in its head and ends") {
  Operator ana;
  ana.redis().Run("SADD px-2:A nonsense");
  const TempDirectory scratch;
  Process watch({.argv = TerminalWords(ana, "watch --interval 1s", "NO_COLOR=1",
                                       "cols 80 rows 15"),
                 .log_file = scratch / "errors",
                 .output_file = scratch / "output"});
  // Of the screen as it is now.
  const auto shows = [&](std::string_view in_head) {
    return WaitUntil([&] {
      const std::string output = ReadFile(scratch / "output");
      if (output.find("\033[H") == std::string::npos) return false;
      const std::vector<std::string> lines = LastScreen(output);
      // What was known stays below.
      const bool stays = std::any_of(
          lines.begin(), lines.end(),
          [](const std::string& line) { return Holds(line, "px-2:A"); });
      return stays && Holds(lines[0], in_head);
    });
  };
  REQUIRE(shows("q ends"));
  ana.redis().Stop();
  REQUIRE(shows("Redis is away"));
  REQUIRE(watch.Running());
  ana.redis().Start();
  REQUIRE(shows("q ends"));
  REQUIRE(watch.Running());
}

TEST_CASE("top on a terminal: kept up to date, through a restart of the node") {
  Operator ana;
  GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const TempDirectory scratch;
  const std::string command =
      "stty cols 90 rows 12; TERM=xterm NO_COLOR=1 exec '" +
      GroupringProgram() + "' top --by name --interval 1s --config '" +
      node.settings().file() + "'";
  Process top({.argv = {"script", "-qec", command, "/dev/null"},
               .log_file = scratch / "errors",
               .output_file = scratch / "output"});
  const auto shows = [&](std::string_view in_head, std::string_view below) {
    return WaitUntil([&] {
      const std::string output = ReadFile(scratch / "output");
      if (output.find("\033[H") == std::string::npos) return false;
      const std::vector<std::string> lines = LastScreen(output);
      return Holds(lines[0], in_head) &&
             std::any_of(lines.begin(), lines.end(),
                         [below](const std::string& line) {
                           return Holds(line, below);
                         });
    });
  };
  REQUIRE(shows("every 1 s; q ends", "nobody has asked"));
  UnixStream asking(node.settings().remote_socket());
  asking.lines().Send(
      R"({"method":"lookup","parameters":{"qname":"files.example.org.",)"
      R"("qtype":"ANY","remote":"192.0.2.53","real-remote":"10.1.2.0/24"}})"
      "\n");
  REQUIRE(asking.lines().ReadLine());
  REQUIRE(shows("q ends", "files.example.org"));
  node.Kill();
  REQUIRE(shows("no groupring serves here", "files.example.org"));
  node.StartAgain();
  REQUIRE(shows("every 1 s; q ends", "nobody has asked"));
  REQUIRE(top.Running());
}

TEST_CASE("top on a terminal: once where that is asked for") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const std::string command = "TERM=xterm '" + GroupringProgram() +
                              "' top --once --config '" +
                              node.settings().file() + "'";
  const std::string output =
      RunCommand({"script", "-qec", command, "/dev/null"}).output;
  CHECK(Holds(output, "nobody has asked"));
  CHECK_FALSE(Holds(output, "\033[H"));
}

TEST_CASE("a terminal of 80 columns has no line that is longer, a pipe has") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  ana.redis().Run(
      "SADD px-2:A nonsense\n"
      "HSET px-1:STATE state disabled by ana reason '" +
      std::string("a reason that goes on and on ") + std::string(100, 'x') +
      "'");
  for (const std::string line :
       {"status", "nodes", "group list", "name list", "doctor"}) {
    CAPTURE(line);
    std::istringstream shown(
        OnTerminal(ana, line, "NO_COLOR=1", {}, "cols 80 rows 24"));
    for (std::string each; std::getline(shown, each);) {
      if (each.starts_with("groupring: ")) continue;  // standard error
      size_t columns = 0;
      for (const char c : each) {
        if (c != '\r' && (static_cast<unsigned char>(c) & 0xc0U) != 0x80U) {
          ++columns;
        }
      }
      CAPTURE(each);
      CHECK(columns <= 80);
    }
  }
  CHECK(Holds(ana.Run("group list").output,
              "a reason that goes on and on " + std::string(100, 'x')));
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
