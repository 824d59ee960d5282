// `groupring top --node`: who asks another node, as it has told in Redis.
#include <nlohmann/json.hpp>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using nlohmann::json;

void Ask(const GroupringServer& node, const std::string& name, int questions) {
  UnixStream stream(node.settings().remote_socket());
  for (int i = 0; i < questions; ++i) {
    const json question = {
        {"method", "lookup"},
        {"parameters",
         {{"qname", name + "."},
          {"qtype", "ANY"},
          {"remote", "192.0.2.53"},
          {"local", "127.0.0.1"},
          {"real-remote", "10." + std::to_string(i % 200) + ".3.0/24"},
          {"zone-id", -1}}}};
    REQUIRE(stream.lines().Send(question.dump() + "\n"));
    REQUIRE(stream.lines().ReadLine());
  }
}

json TopOf(const Operator& ana, const std::string& node, const char* by) {
  const CommandResult top =
      ana.Run("top --node " + node + " --by " + by + " --json");
  CAPTURE(top.errors);
  REQUIRE(top.status == 0);
  return json::parse(top.output);
}

TEST_CASE("top --node: a node tells who asks it, without any set-up") {
  Operator ana;
  const GroupringServer ns1(ana.redis().url(), NodeSettings("ns1"));
  const GroupringServer ns2(ana.redis().url(), NodeSettings("ns2"));
  Ask(ns1, "ftp.example.org", 30);
  Ask(ns1, "files.example.org", 10);
  REQUIRE(
      WaitUntil([&] { return TopOf(ana, "ns1", "name")["questions"] == 40; }));
  const json names = TopOf(ana, "ns1", "name");
  CHECK(names["top"][0]["name"] == "ftp.example.org");
  CHECK(names["top"][0]["questions"] == 30);
  CHECK(names["top"][1]["questions"] == 10);
  CHECK(names["processes"] == 1);
  const json resolvers = TopOf(ana, "ns1", "resolver");
  CHECK(resolvers["top"][0]["resolver"] == "192.0.2.53");
  CHECK(resolvers["ecs_ratio"] == 1.0);
  const std::string text = ana.Run("top --node ns1 --by name --count 1").output;
  CAPTURE(text);
  CHECK(Holds(text, "ns1 (1 process), as told "));
  CHECK(Holds(text, "ftp.example.org"));
  CHECK_FALSE(Holds(text, "files.example.org"));

  CHECK(TopOf(ana, "ns2", "name")["told_seconds_ago"].is_null());
  CHECK(Holds(ana.Run("top --node ns2").output, "ns2 has told nothing"));
  const CommandResult unknown = ana.Run("top --node ns3");
  CHECK(unknown.status != 0);
  CHECK(Holds(unknown.errors, "no node ns3 has reported; there are: ns1, ns2"));
}

TEST_CASE("top --node: a report that makes no sense is named") {
  Operator ana;
  const GroupringServer ns1(ana.redis().url(), NodeSettings("ns1"));
  Ask(ns1, "ftp.example.org", 1);
  REQUIRE(
      WaitUntil([&] { return TopOf(ana, "ns1", "name")["processes"] == 1; }));
  const std::string key = ana.redis().Run("KEYS groupring:traffic:ns1:*:top");
  ana.redis().Run("HSET " + key.substr(0, key.find('\n')) + " name nonsense");
  const CommandResult top = ana.Run("top --node ns1 --by name");
  CHECK(top.status != 0);
  CHECK(Holds(top.errors, "what ns1 has told is no report of who asks"));
}

TEST_CASE("top: where nothing serves on this host, --node is named") {
  Operator ana;
  const CommandResult top = ana.Run("top");
  CHECK(top.status != 0);
  CHECK(Holds(top.errors, "`groupring top --node NAME` shows"));
}

}  // namespace
}  // namespace groupring::testing
