// Commands where there are so many names that those that are alike are one.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

// The names of a list in JSON.
std::vector<std::string> NamesIn(const CommandResult& result) {
  std::vector<std::string> names;
  const nlohmann::json list = nlohmann::json::parse(result.output);
  for (const auto& name : list.at("names")) names.push_back(name.at("name"));
  return names;
}

TEST_CASE("many names: the list has a line for all that are alike") {
  Operator ana;
  ana.redis().Run(ManyNames());
  const CommandResult list = ana.Run("name list");
  CAPTURE(list.output, list.errors);
  CHECK(list.status == 0);
  CHECK(Holds(list.output, "ftp.example.org and 10499 more names"));
  for (const char* const own :
       {"\nexample.org ", "\nn7.example.org ", "\nftp.example.org and ",
        "\nfiles.example.org ", "\nrandom.example.org "}) {
    CAPTURE(own);
    CHECK(Holds(list.output, own));
  }
  CHECK(Holds(list.errors, "--limit 1000 lists them one by one"));
}

TEST_CASE("many names: a part of the list reads that part") {
  Operator ana;
  ana.redis().Run(ManyNames());
  int64_t before = CommandsSoFar(&ana.redis());
  const CommandResult page =
      ana.Run("name list --after N10498.example.org. --limit 3");
  CAPTURE(page.output, page.errors);
  CHECK(page.status == 0);
  // After the names of three and of four digits that begin like it.
  CHECK(Holds(page.output, "\nn10499.example.org  example.org"));
  CHECK(Holds(page.output, "\nn105.example.org"));
  CHECK(Holds(page.output, "\nn1050.example.org"));
  CHECK_FALSE(Holds(page.output, "n1051.example.org"));
  CHECK_FALSE(Holds(page.output, "\nexample.org"));
  CHECK(Holds(page.output,
              "3 of 10504 names; for the next: name list --after "
              "n1050.example.org"));
  CHECK(CommandsSoFar(&ana.redis()) - before < 300);

  before = CommandsSoFar(&ana.redis());
  const CommandResult json = ana.Run("name list --limit 2 --json --after n7");
  CHECK(NamesIn(json) ==
        std::vector<std::string>{"n7.example.org", "n70.example.org"});
  const nlohmann::json fields = nlohmann::json::parse(json.output);
  CHECK(fields.at("next") == "n70.example.org");
  CHECK(fields.at("total") == 10'504);
  CHECK(fields.at("names")[0].at("groups").size() == 4);
  CHECK(ana.Run("name list --names --limit 2 --after n7").output ==
        "n7.example.org\nn70.example.org\n");
  CHECK(CommandsSoFar(&ana.redis()) - before < 600);
  // On the last page nothing tells of a next one.
  const CommandResult last = ana.Run("name list --limit 2 --json --after r");
  CHECK(NamesIn(last) == std::vector<std::string>{"random.example.org"});
  CHECK_FALSE(nlohmann::json::parse(last.output).contains("next"));
  CHECK(ana.Run("name list --after zz").output ==
        "no name comes behind zz, of 10504 in all\n");
}

TEST_CASE("many names: programs get each name, in order") {
  Operator ana;
  ana.redis().Run(ManyNames());
  int64_t before = CommandsSoFar(&ana.redis());
  const std::string lines = ana.Run("name list --names").output;
  CHECK(CommandsSoFar(&ana.redis()) - before < 300);
  const CommandResult json = ana.Run("name list --json");
  CHECK(json.status == 0);
  const std::vector<std::string> names = NamesIn(json);
  CHECK(names.size() == 10'504);
  CHECK(std::is_sorted(names.begin(), names.end()));
  std::string expected;
  for (const std::string& name : names) expected += name + "\n";
  CHECK(lines == expected);
  // As of a Redis with few names.
  const nlohmann::json list = nlohmann::json::parse(json.output);
  ana.redis().Run(
      "EVAL \"for _, k in ipairs(redis.call('KEYS', 'n*')) do "
      "if k ~= 'n7.example.org:GROUPS' then redis.call('DEL', k) "
      "end end\" 0\n");
  const nlohmann::json few =
      nlohmann::json::parse(ana.Run("name list --json").output);
  CHECK(few.at("names").size() == 5);
  for (const auto& name : few.at("names")) {
    const auto same =
        std::find(list.at("names").begin(), list.at("names").end(), name);
    CAPTURE(name.dump());
    CHECK(same != list.at("names").end());
  }
}

}  // namespace
}  // namespace groupring::testing
