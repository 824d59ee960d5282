// Every exit status, reached by what it is for, with what is said then.
#include <csignal>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEST_CASE("exit status 0: every live node answers by the change") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const CommandResult result = ana.Run("group disable px-1 --wait");
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  CHECK(Holds(result.output, "applied on 1 of 1 node: ns1\n"));
}

TEST_CASE("without --wait the nodes that answer by it already are named") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const CommandResult result = ana.Run("group disable px-1");
  CHECK(result.status == 0);
  CHECK(Holds(result.output, "applied on 1 of 1 node: ns1\n"));
  CHECK(result.errors.empty());
}

TEST_CASE("exit status 1: Redis is away, with where it was looked for") {
  Operator ana;
  ana.redis().Stop();
  for (const char* command :
       {"group list", "group disable px-1", "name show ftp.example.org",
        "address list px-1", "status", "nodes", "audit", "watch",
        "explain ftp.example.org 198.51.100.7", "plan disable px-1"}) {
    CAPTURE(command);
    const CommandResult result = ana.Run(command);
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    CHECK(result.errors ==
          "groupring: cannot connect to unix://groupring-operator@" +
              ana.redis().socket() +
              "?db=0: No such file or directory; [redis] url of the settings "
              "(--config) says which Redis it is\n");
  }
}

TEST_CASE("exit status 1: a user without the right, and a replica") {
  Operator ana;
  ana.redis().Run("ACL SETUSER reader on >secret ~* +@all -@write");
  const GroupringSettings reader("unix://reader:secret@" +
                                 ana.redis().socket());
  const CommandResult denied = ana.Run("group disable px-1", reader.file());
  CHECK(denied.status == 1);
  CHECK(Holds(denied.errors, "NOPERM"));
  CHECK(Holds(denied.errors,
              "commands need the role groupring-operator of "
              "pdns-config/redis-acl.conf"));
  CHECK(Holds(denied.errors, "nothing was written"));

  ana.redis().Run("CONFIG SET replica-read-only yes\nREPLICAOF 127.0.0.1 1");
  const CommandResult replica = ana.Run("group disable px-1");
  CHECK(replica.status == 1);
  CHECK(Holds(replica.errors, "read-only replica: give the URL of its master"));
}

TEST_CASE(
    "exit status 1: what cannot be read is mentioned beside the failure") {
  Operator ana;
  ana.redis().Run("ACL SETUSER blind on >secret ~* +@all -smembers -sscan");
  const GroupringSettings blind("unix://blind:secret@" + ana.redis().socket());
  const CommandResult result = ana.Run("group disable px-1", blind.file());
  CHECK(result.status == 1);
  CHECK(Holds(result.errors, "there is no group px-1 on any name"));
  CHECK(Holds(result.errors, "values in Redis are malformed or not readable"));
}

TEST_CASE("exit status 2: the command line makes no sense") {
  Operator ana;
  const CommandResult result = ana.Run("group disable px-1 --until tomorrow");
  CHECK(result.status == 2);
  CHECK(result.errors ==
        "groupring: --until: \"tomorrow\" is no time; expected one like +4h, "
        "2d or 2026-10-07T13:12:03Z\n");
}

TEST_CASE("exit status 2: an option before its command is told where it goes") {
  const CommandResult result =
      RunCommand({GroupringProgram(), "--config", "/dev/null", "status"});
  CHECK(result.status == 2);
  CHECK(result.errors ==
        "groupring: groupring has no option --config; options follow the "
        "command\ngroupring: `groupring --help` says more\n");
}

TEST_CASE("exit status 3: an interlock refuses, names why and the way past") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1 --reason disk").status == 0);
  const auto before = ana.AllKeys();
  const CommandResult result = ana.Run("group disable px-2");
  CHECK(result.status == 3);
  CHECK(Holds(result.errors,
              "groupring: refused: ftp.example.org would have 2 groups out of "
              "service (px-1, px-2; px-1 already is)\n"));
  CHECK(Holds(result.errors, "groupring: px-1 is DISABLED (by ana@"));
  CHECK(Holds(result.errors,
              "groupring: --force makes the change nevertheless\n"));
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("exit status 3: each interlock of the settings") {
  Operator ana({},
               "[control]\nmax_groups_out = 2\n"
               "min_weight_in_service_percent = 60\n");
  const CommandResult weight = ana.Run("group disable px-1");
  CHECK(weight.status == 3);
  CHECK(weight.errors ==
        "groupring: refused: files.example.org would keep 50.0% of its weight "
        "in service, below 60.0%\n"
        "groupring: --force makes the change nevertheless\n");

  Operator alone;
  alone.redis().Run("SADD one.example.org:GROUPS px-1");
  const CommandResult none = alone.Run("group disable px-1");
  CHECK(none.status == 3);
  CHECK(Holds(none.errors,
              "refused: one.example.org would have no group in service"));
}

TEST_CASE("exit status 4: a node that lives does not answer by the change") {
  Operator ana;
  GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(WaitUntil([&] { return Holds(ana.Run("nodes").output, "ns1"); }));
  node.process().Signal(SIGSTOP);
  const CommandResult result =
      ana.Run("group disable px-1 --wait --timeout 1s");
  node.process().Signal(SIGCONT);
  CHECK(result.status == 4);
  CHECK(Holds(result.output, "applied on 0 of 1 node; not yet: ns1\n"));
  CHECK(result.errors ==
        "groupring: waiting for ns1\n"
        "groupring: written, but after 1s not every node answers by it: ns1 "
        "does not; `groupring nodes` shows them\n");
  CHECK(ana.redis().Run("HGET px-1:STATE state") == "disabled\n");
}

TEST_CASE("exit status 5: there is no node to answer by the change") {
  Operator ana;
  const CommandResult result = ana.Run("group disable px-1 --wait --json");
  CHECK(result.status == 5);
  CHECK(result.errors ==
        "groupring: written, but no node is up to answer by it: is "
        "`groupring serve` running, with this Redis?\n");
  CHECK(Holds(result.output, "\"exit_status\": 5"));
  CHECK(ana.redis().Run("HGET px-1:STATE state") == "disabled\n");
}

TEST_CASE("exit status 5: a node goes silent while it is waited for") {
  Operator ana;
  std::optional<GroupringServer> node;
  node.emplace(ana.redis().url(), NodeSettings("ns1"));
  REQUIRE(WaitUntil([&] { return Holds(ana.Run("nodes").output, "ns1"); }));
  node->process().Signal(SIGSTOP);
  const TempDirectory scratch;
  Process waiting({.argv = ana.Words("group disable px-1 --wait"),
                   .log_file = scratch / "errors",
                   .output_file = scratch / "output"});
  REQUIRE(WaitUntil([&] { return Holds(waiting.Log(), "waiting for ns1"); }));
  // As if its last report was long ago.
  std::string member = ana.redis().Run("ZRANGE groupring:nodes 0 -1");
  member.pop_back();
  ana.redis().Run("HSET groupring:node:" + member + " seen 1000");
  CHECK(waiting.Wait() == 5);
  CHECK(Holds(waiting.Log(),
              "written, but nothing is heard of ns1: crashed, hanging, or cut "
              "off from Redis and answering by what was known before\n"));
  node->process().Signal(SIGCONT);
}

TEST_CASE("a file of settings that is wrong or no file is no wrong usage") {
  const TempDirectory directory;
  const CommandResult missing = RunCommand(
      {GroupringProgram(), "group", "list", "--config", directory / "none"});
  CHECK(missing.status == 1);
  CHECK(Holds(missing.errors,
              "none: cannot be read: No such file or "
              "directory; --config or GROUPRING_CONFIG names another"));
  const CommandResult folder = RunCommand(
      {GroupringProgram(), "group", "list", "--config", directory.path()});
  CHECK(folder.status == 1);
  CHECK(Holds(folder.errors, "cannot be read: Is a directory"));
}

}  // namespace
}  // namespace groupring::testing
