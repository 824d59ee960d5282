// What commands show of values in Redis that would steer a terminal.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/hostile_data.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/utf8.h"

namespace groupring::testing {
namespace {

using Words = std::vector<std::string>;

const std::vector<Words>& ReadCommands() {
  static const std::vector<Words> commands = {
      {"group", "list"},
      {"group", "show", "g\x1b[31m"},
      {"group", "show", "charlie"},
      {"name", "list"},
      {"name", "show", "files.example.org"},
      {"address", "list", "alpha"},
      {"nodes"},
      {"audit"},
      {"status"},
      {"explain", "files.example.org", "198.51.100.7"},
      {"doctor"},
      {"plan", "disable", "charlie"},
      {"group", "show", "no such \n\x1b[31m group"}};
  return commands;
}

void CheckLines(std::string text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    INFO(line.substr(0, 400));
    REQUIRE(IsPlainText(line));
    at = end + 1;
  }
}

Words Argv(const Words& command, const GroupringSettings& settings) {
  Words argv = {GroupringProgram()};
  argv.insert(argv.end(), command.begin(), command.end());
  argv.insert(argv.end(), {"--config", settings.file()});
  return argv;
}

size_t Lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The colours of states, taken away.
std::string WithoutColour(std::string text) {
  for (const std::string colour : {"\033[1;31m", "\033[1;33m", "\033[1;36m",
                                   "\033[31m", "\033[32m", "\033[0m", "\r"}) {
    for (size_t at = text.find(colour); at != std::string::npos;
         at = text.find(colour, at)) {
      text.erase(at, colour.size());
    }
  }
  return text;
}

std::string ShellQuoted(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

TEST_CASE("commands print lines that a terminal shows as they stand") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  const GroupringSettings settings(redis.url());
  for (const Words& command : ReadCommands()) {
    const CommandResult result = RunCommand(Argv(command, settings));
    INFO(command[0] << " " << (command.size() > 1 ? command[1] : ""));
    CheckLines(result.output);
    CheckLines(result.errors);
    CHECK(result.status < 128);
  }
  const size_t groups = 3 + HostileTexts().size();
  CHECK(Lines(RunCommand(Argv({"group", "list"}, settings)).output) ==
        groups + 1);
  const CommandResult names =
      RunCommand(Argv({"group", "list", "--names"}, settings));
  CheckLines(names.output);
  CHECK(Lines(names.output) == groups);
}

TEST_CASE("what --json prints is strict JSON that steers no terminal") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  const GroupringSettings settings(redis.url());
  for (Words command : ReadCommands()) {
    command.push_back("--json");
    const CommandResult result = RunCommand(Argv(command, settings));
    INFO(command[0] << " " << command[1]);
    CheckLines(result.output);
    CheckLines(result.errors);
    const bool json = nlohmann::json::accept(result.output);
    CHECK((json || result.output.empty()));
  }
}

TEST_CASE("on a terminal, the only escape sequences are colours of our own") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  const GroupringSettings settings(redis.url());
  bool coloured = false;
  for (const Words& command : ReadCommands()) {
    std::string line = "TERM=xterm";
    for (const std::string& word : Argv(command, settings)) {
      line += " " + ShellQuoted(word);
    }
    // script(1) gives the command a terminal of its own.
    const CommandResult result =
        RunCommand({"script", "-qec", line, "/dev/null"});
    INFO(line);
    coloured = coloured || result.output.find('\033') != std::string::npos;
    CheckLines(WithoutColour(result.output));
  }
  CHECK(coloured);
}

TEST_CASE("a change of a group of a hostile name is told of in plain lines") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  const GroupringSettings settings(redis.url());
  const std::string group = "g\x1b[31m";
  const CommandResult enabled = RunCommand(
      Argv({"group", "enable", group, "--reason", "x\n\x1b[5m", "--force"},
           settings));
  CheckLines(enabled.output);
  CheckLines(enabled.errors);
  const CommandResult audit = RunCommand(Argv({"audit"}, settings));
  CheckLines(audit.output);
}

}  // namespace
}  // namespace groupring::testing
