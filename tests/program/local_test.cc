// `group disable --local`: out of service on one node, whatever Redis does.
#include <string>

#include "tests/program/lookups.h"
#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/groupring_server.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Whether any of 60 networks is answered one of the two addresses of the group,
// whose number they tell.
bool Meets(const GroupringServer& node, int group) {
  UnixStream stream(node.settings().remote_socket());
  for (int i = 0; i < 60; ++i) {
    for (const std::string& address :
         AnswersTo(i, "ftp.example.org", &stream)) {
      for (const int last : {2 * group - 1, 2 * group}) {
        if (address == "203.0.113." + std::to_string(last)) return true;
      }
    }
  }
  return false;
}

struct TwoNodes {
  Operator ana;
  GroupringServer here{ana.redis().url(), NodeSettings("ns1")};
  GroupringServer there{ana.redis().url(), NodeSettings("ns2")};

  CommandResult Run(const std::string& line) {
    return ana.Run(line, here.settings().file());
  }
  static bool Answers(const GroupringServer& node) { return Meets(node, 1); }
};

TEST_CASE("local: a group is out on this node only, and everybody is told") {
  TwoNodes nodes;
  const CommandResult done =
      nodes.Run("group disable px-1 --local --until +1h --reason cable");
  CHECK(done.status == 0);
  CHECK(Holds(done.output, "px-1: as in Redis -> DISABLED (by "));
  CHECK(Holds(done.output, "\"cable\", until "));
  CHECK(Holds(done.output, "on this node only)"));
  CHECK_FALSE(TwoNodes::Answers(nodes.here));
  CHECK(TwoNodes::Answers(nodes.there));

  CHECK(WaitUntil([&] {
    return Holds(nodes.ana.Run("nodes").output, "px-1 is DISABLED (by ");
  }));
  CHECK(Holds(nodes.ana.Run("status").output, "on this node only"));
  CHECK(WaitUntil([&] {
    return Holds(nodes.here.process().Log(),
                 "group px-1 is out of service: DISABLED (by ");
  }));

  // The interlocks of a change for all nodes count it there.
  const CommandResult refused = nodes.ana.Run("group disable px-2");
  CHECK(refused.status == 3);
  CHECK(Holds(refused.errors + refused.output,
              "on ns1, where px-1 is out locally, ftp.example.org would have 2 "
              "groups out of service (px-1, px-2; px-1 already is)"));

  CHECK(nodes.Run("group enable px-1 --local").status == 0);
  CHECK(TwoNodes::Answers(nodes.here));
  CHECK(WaitUntil([&] {
    return nodes.ana.Run("plan group disable px-2").status == 0 &&
           nodes.ana.Run("group disable px-2").status == 0;
  }));
}

TEST_CASE("local: it needs no Redis, and survives a replacement and a crash") {
  TwoNodes nodes;
  nodes.ana.redis().Stop();
  CHECK(nodes.Run("group disable px-1 --local --until +1h").status == 0);
  CHECK_FALSE(TwoNodes::Answers(nodes.here));
  REQUIRE(nodes.here.Replace().status == 0);
  CHECK_FALSE(TwoNodes::Answers(nodes.here));
  nodes.here.Kill();
  nodes.here.StartAgain();
  CHECK_FALSE(TwoNodes::Answers(nodes.here));
  CHECK(nodes.Run("group enable px-1 --local").status == 0);
  CHECK(TwoNodes::Answers(nodes.here));
  nodes.here.Kill();
  nodes.here.StartAgain();
  CHECK(TwoNodes::Answers(nodes.here));
}

TEST_CASE("local: at its time the group has the state of Redis again") {
  TwoNodes nodes;
  CHECK(nodes.Run("group disable px-1 --local --until +1s").status == 0);
  CHECK(WaitUntil([&] { return TwoNodes::Answers(nodes.here); }));
  // What an operator wants of all nodes holds beneath it.
  nodes.ana.redis().Run("HSET px-2:STATE state disabled");
  CHECK(nodes.Run("group disable px-2 --local --until +1s").status == 0);
  CHECK(WaitUntil([&] {
    return Holds(nodes.here.process().Log(),
                 "group px-2 is out of service: DISABLED; it was DISABLED (");
  }));
  CHECK_FALSE(Meets(nodes.here, 2));
}

TEST_CASE("local: what makes no sense is refused, saying what was expected") {
  TwoNodes nodes;
  const auto errors = [&](const std::string& line) {
    const CommandResult result = nodes.Run(line);
    CHECK(result.status != 0);
    return result.errors;
  };
  CHECK(Holds(errors("group disable px-1 --local"),
              "expected an end, such as --until +1h"));
  CHECK(Holds(errors("group disable px-9 --local --until +1h"),
              "this node knows no group px-9"));
  CHECK(Holds(errors("group disable px-1 --local --until +1h --wait"),
              "--local: expected with --until and --reason only"));
  CHECK(Holds(errors("group disable px-1 --local --until soon"), "is no time"));
  nodes.here.Kill();
  CHECK(Holds(errors("group disable px-1 --local --until +1h"),
              "no daemon of groupring serves here"));
  nodes.here.StartAgain();
}

}  // namespace
}  // namespace groupring::testing
