// `groupring group …`: what it prints, and what it writes.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("group: every command prints what it found and did") {
  Operator ana;
  ana.Type("group list");
  ana.Type("group list --names");
  ana.Type("group show px-1");
  ana.Type("group disable px-1 --reason 'kernel upgrade'");
  ana.Type("group list");
  ana.Type("group show px-1");
  ana.Type("group disable px-1");
  ana.Type("group disable px-1 --reason 'disk, too'");
  ana.Type("group enable px-1");
  ana.Type("group enable px-1");
  ana.Type("group drain px-2 --over 30d --reason INC-8812 --until +60d");
  ana.Type("group fill px-3 --over 30m");
  ana.Type("group weight ftp.example.org px-3 50");
  ana.Type("group weight ftp.example.org px-3 50");
  ana.Type("group show px-3");
  ana.CheckTranscript("group");
}

TEST_CASE("group: every command as JSON") {
  Operator ana;
  ana.Type("group list --json");
  ana.Type("group show px-1 --json");
  ana.Type("group disable px-1 --reason 'kernel upgrade' --until +4h --json");
  ana.Type("group disable px-2 --json");
  ana.Type("group enable px-1 --json");
  ana.Type("group weight ftp.example.org px-3 50 --dry-run --json");
  ana.CheckTranscript("group_json");
}

TEST_CASE("group: wrong input is refused, saying what was expected") {
  Operator ana;
  const auto before = ana.AllKeys();
  ana.Type("group show px-9");
  ana.Type("group show nothing-like-it");
  ana.Type("group disable px1");
  ana.Type("group disable px-1 px-2");
  ana.Type("group disable");
  ana.Type("group disbale px-1");
  ana.Type("group disable px-1 --resaon x");
  ana.Type("group disable px-1 --until -1h");
  ana.Type("group disable px-1 --until tomorrow");
  ana.Type("group disable px-1 --until 2020-01-01T00:00:00Z");
  ana.Type("group enable px-1 --until +1h");
  ana.Type("group enable px-1 --wait=expired");
  ana.Type("group disable px-1 --wait=soon");
  ana.Type("group disable px-1 --wait=filled");
  ana.Type("group disable px-1 --wait --timeout soon");
  ana.Type("group drain px-1");
  ana.Type("group drain px-1 --over 0s");
  ana.Type("group drain px-1 --over 2h --until +5m");
  ana.Type("group weight ftp.example.org px-1 1001");
  ana.Type("group weight ftp.example.org px-1 -5");
  ana.Type("group weight ftp.example.org px-9 5");
  ana.Type("group weight fpt.example.org px-1 5");
  ana.CheckTranscript("group_wrong");
  CHECK(ana.AllKeys() == before);
}

// As redis/README.md says that redis-cli would write it.
TEST_CASE("group: the keys are those that redis-cli would write") {
  Operator ana;
  RedisServer& redis = ana.redis();
  const auto state = [&](const std::string& group) {
    return Steady(redis.Run("HGETALL " + group + ":STATE"));
  };
  REQUIRE(ana.Run("group disable px-1 --reason why --until +4h").status == 0);
  CHECK(state("px-1") ==
        "state\ndisabled\nuntil\n1800000000\nsince\n1800000000\nby\nana@ops\n"
        "reason\nwhy\n");
  const auto number = [&](const std::string& field) {
    return std::stoll(redis.Run("HGET px-1:STATE " + field));
  };
  CHECK(number("until") - number("since") == 4 * 3600);

  REQUIRE(ana.Run("group enable px-1").status == 0);
  CHECK(state("px-1") == "state\nenabled\nsince\n1800000000\nby\nana@ops\n");

  REQUIRE(ana.Run("group drain px-1 --over 30m").status == 0);
  CHECK(state("px-1") ==
        "state\ndraining\nstart\n1800000000\nduration\n1800\nsince\n"
        "1800000000\nby\nana@ops\n");
  CHECK(number("start") == number("since"));

  REQUIRE(ana.Run("group fill px-1 --over 30m").status == 0);
  CHECK(redis.Run("HMGET px-1:STATE state duration") == "filling\n1800\n");

  REQUIRE(ana.Run("group weight ftp.example.org px-2 50").status == 0);
  CHECK(redis.Run("HGETALL ftp.example.org:WEIGHTS") == "px-2\n50\n");
  CHECK(redis.Run("GET groupring:generation") == "5\n");
  CHECK(redis.Run("XLEN groupring:audit") == "5\n");
}

TEST_CASE("group: what redis-cli writes is what the commands show") {
  Operator ana;
  ana.redis().Run("HSET px-2:STATE STATE Disabled Reason 'by hand' by bob");
  CHECK(Holds(ana.Run("group list").output,
              "px-2   DISABLED    2  1         2  by bob, \"by hand\"\n"));
  // A field of another spelling must not survive the command's own.
  REQUIRE(ana.Run("group enable px-2").status == 0);
  CHECK(Steady(ana.redis().Run("HGETALL px-2:STATE")) ==
        "state\nenabled\nsince\n1800000000\nby\nana@ops\n");
  CHECK(Holds(ana.Run("group list").output, "px-2   in service"));
}

}  // namespace
}  // namespace groupring::testing
