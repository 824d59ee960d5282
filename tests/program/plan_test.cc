// `groupring plan …` and --dry-run: what a change would do.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("plan: whom each change would move, and what would refuse it") {
  Operator ana;
  const auto before = ana.AllKeys();
  ana.Type("plan disable px-1");
  ana.Type("plan group disable px-1 --until +4h");
  ana.Type("plan enable px-1");
  ana.Type("plan drain px-1 --over 30m");
  ana.Type("plan fill px-1 --over 30m");
  ana.Type("plan weight ftp.example.org px-1 50");
  ana.Type("plan group weight ftp.example.org px-1 0");
  ana.Type("plan add-group ftp.example.org px-9 --create");
  ana.Type("plan name remove-group ftp.example.org px-1");
  ana.Type("plan set ftp.example.org TTL=20");
  ana.Type("plan name remove ftp.example.org");
  ana.Type("plan address add px-1 203.0.113.9");
  ana.Type("plan address remove px-1 203.0.113.1 203.0.113.2");
  ana.Type("plan address block 203.0.113.1");
  ana.CheckTranscript("plan");
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("plan: with one group out, the next is objected to") {
  Operator ana;
  REQUIRE(ana.Run("group disable px-1 --reason disk").status == 0);
  const auto before = ana.AllKeys();
  ana.Type("plan disable px-2");
  ana.Type("plan drain px-2 --over 30m --json");
  ana.CheckTranscript("plan_objections");
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("plan: it takes no options that only writing has") {
  Operator ana;
  for (const std::string option : {"--force", "--wait", "--dry-run"}) {
    const CommandResult result = ana.Run("plan disable px-1 " + option);
    CHECK(result.status == 2);
    CHECK(
        Holds(result.errors, "groupring plan disable has no option " + option));
  }
}

TEST_CASE("plan: --dry-run of every change says the same and writes nothing") {
  Operator ana;
  const auto before = ana.AllKeys();
  for (const std::string change :
       {"group disable px-1", "group drain px-1 --over 30m",
        "group weight ftp.example.org px-1 50",
        "name set ftp.example.org TTL=5",
        "name add-group ftp.example.org px-9 --create",
        "name remove-group ftp.example.org px-1", "name remove ftp.example.org",
        "address add px-1 203.0.113.9", "address remove px-1 203.0.113.1",
        "address block 203.0.113.1"}) {
    CAPTURE(change);
    const CommandResult dry = ana.Run(change + " --dry-run");
    const CommandResult plan = ana.Run("plan " + change);
    CHECK(dry.status == 0);
    CHECK(Holds(dry.output, "nothing is written"));
    CHECK(Steady(dry.output) == Steady(plan.output));
    CHECK(Steady(dry.errors) == Steady(plan.errors));
  }
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("plan: says which values it does not know as nodes may") {
  Operator ana;
  CHECK_FALSE(Holds(ana.Run("plan disable px-1").errors, "malformed"));
  ana.redis().Run(
      "HSET ftp.example.org:CONFIG TTL 1m\n"
      "HSET files.example.org:WEIGHTS px-1 lots");
  const CommandResult text = ana.Run("plan disable px-1");
  CHECK(text.status == 0);
  for (const char* part :
       {"2 values in Redis are malformed or cannot be read; nodes may go by "
        "what was in force before",
        "Redis key \"ftp.example.org:CONFIG\": field \"TTL\": \"1m\" is no TTL",
        "Redis key \"files.example.org:WEIGHTS\": field \"px-1\": \"lots\""}) {
    CAPTURE(part, text.errors);
    CHECK(Holds(text.errors, part));
  }
  const CommandResult json = ana.Run("plan disable px-1 --json");
  CHECK(Holds(json.output, "\"malformed\": [\n    \"Redis key "));
}

}  // namespace
}  // namespace groupring::testing
