// Two operators, or an operator and redis-cli, at the same moment.
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tests/program/operator.h"
#include "tests/program/redis_gate.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kRounds = 25;

struct Attempt {
  Attempt(const Operator& ana, const std::string& line)
      : process({.argv = ana.Words(line),
                 .log_file = scratch / "errors",
                 .output_file = scratch / "output"}) {}

  TempDirectory scratch;
  Process process;
};

using Statuses = std::array<int, 2>;

// Starts both commands and waits for both.
Statuses AtOnce(const std::array<std::unique_ptr<Attempt>, 2>& attempts) {
  return {attempts[0]->process.Wait().value_or(-1),
          attempts[1]->process.Wait().value_or(-1)};
}

std::array<std::unique_ptr<Attempt>, 2> Start(const Operator& ana,
                                              const std::string& first,
                                              const std::string& second) {
  return {std::make_unique<Attempt>(ana, first),
          std::make_unique<Attempt>(ana, second)};
}

TEST_CASE("race: two groups of a name: one goes out, the other is refused") {
  Operator ana;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    const auto attempts = Start(ana, "group disable px-1 --reason ana",  //
                                "group disable px-2 --reason bob");
    const Statuses statuses = AtOnce(attempts);
    INFO(attempts[0]->process.Log() << attempts[1]->process.Log());
    REQUIRE(statuses[0] + statuses[1] == 3);
    REQUIRE((statuses[0] == 0 || statuses[1] == 0));
    const bool first_won = statuses[0] == 0;
    const std::string told = attempts[first_won ? 1 : 0]->process.Log();
    CHECK(Holds(told, "refused: ftp.example.org would have 2 groups out"));
    CHECK(Holds(told, first_won ? "px-1 is DISABLED (by ana@"
                                : "px-2 is DISABLED (by ana@"));
    CHECK(Holds(told, first_won ? "\"ana\"" : "\"bob\""));
    CHECK(ana.redis().Run("EXISTS px-1:STATE px-2:STATE") == "1\n");
    CHECK(ana.redis().Run("GET groupring:generation") ==
          std::to_string(round + 1) + "\n");
    ana.redis().Run("DEL px-1:STATE px-2:STATE");
  }
}

TEST_CASE("race: one group: one changes it, the other is told or finds it so") {
  Operator ana;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    const auto attempts = Start(ana, "group disable px-1 --reason ana",
                                "group drain px-1 --over 2h --reason bob");
    const Statuses statuses = AtOnce(attempts);
    const std::array<std::string, 2> errors = {attempts[0]->process.Log(),
                                               attempts[1]->process.Log()};
    INFO(statuses[0] << ", " << statuses[1] << "\n" << errors[0] << errors[1]);
    // A caller that comes clearly later finds the other's work and may go on
    // from it; at the same moment the second is told.
    for (int i = 0; i < 2; ++i) {
      if (statuses[i] == 0) continue;
      REQUIRE(statuses[i] == 1);
      REQUIRE(statuses[1 - i] == 0);
      CHECK(Holds(errors[i],
                  "px-1 was changed at the same moment; look at it "
                  "and repeat the command if it is still right"));
      CHECK(
          Holds(errors[i], i == 0 ? "group drain px-1" : "group disable px-1"));
      CHECK(Holds(errors[i], i == 0 ? "\"bob\"" : "\"ana\""));
    }
    ana.redis().Run("DEL px-1:STATE");
  }
}

TEST_CASE("race: changes that have nothing to do with each other both happen") {
  Operator ana;
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    const std::string ttl = std::to_string(100 + round);
    const auto attempts = Start(ana, "name set ftp.example.org TTL=" + ttl,
                                "name set random.example.org TTL=" + ttl);
    REQUIRE(AtOnce(attempts) == Statuses{0, 0});
    REQUIRE(ana.redis().Run("HGET ftp.example.org:CONFIG TTL\n"
                            "HGET random.example.org:CONFIG TTL") ==
            ttl + "\n" + ttl + "\n");
  }
  CHECK(ana.redis().Run("XLEN groupring:audit") ==
        std::to_string(2 * kRounds) + "\n");
}

// Runs the command on a way to Redis on which `meanwhile` happens, once,
// between what it read and what it writes.
CommandResult RunWith(const Operator& ana, const std::string& line,
                      const std::function<void()>& meanwhile) {
  std::atomic<bool> happened = false;
  const RedisGate gate(ana.redis_socket(), [&] {
    if (!happened.exchange(true)) meanwhile();
  });
  const TempDirectory directory;
  // What happens meanwhile takes its time.
  const std::string settings =
      directory.Write("groupring.toml", "[redis]\nurl = \"" + gate.url() +
                                            "\"\ncommand_timeout_ms = 60000\n");
  const CommandResult result = ana.Run(line, settings);
  CHECK(happened);
  return result;
}

TEST_CASE(
    "race: another's change between reading and writing is judged again") {
  Operator ana;
  const CommandResult result = RunWith(ana, "group disable px-1", [&] {
    REQUIRE(ana.Run("group disable px-2 --reason disk").status == 0);
  });
  INFO(result.output << result.errors);
  CHECK(result.status == 3);
  CHECK(Holds(result.errors, "refused: ftp.example.org would have 2 groups"));
  CHECK(Holds(result.errors,
              "group disable px-2 (in service -> DISABLED) by ana@"));
  CHECK(ana.redis().Run("EXISTS px-1:STATE") == "0\n");
}

TEST_CASE("race: another's change of the same group is told, not undone") {
  Operator ana;
  const CommandResult result = RunWith(ana, "group disable px-1", [&] {
    REQUIRE(ana.Run("group drain px-1 --over 2h --reason disk").status == 0);
  });
  INFO(result.output << result.errors);
  CHECK(result.status == 1);
  CHECK(Holds(result.output, "refused: px-1: "));
  CHECK(Holds(result.errors,
              "px-1 was changed at the same moment; look at it and repeat the "
              "command if it is still right\n"));
  CHECK(Holds(result.errors,
              "group drain px-1 (in service -> DRAINING over "
              "2h) by ana@"));
  CHECK(Holds(result.errors, "\"disk\""));
  CHECK(ana.redis().Run("HGET px-1:STATE state") == "draining\n");
}

TEST_CASE("race: what redis-cli writes meanwhile is judged, too") {
  Operator ana;
  const CommandResult other = RunWith(ana, "group disable px-1", [&] {
    ana.redis().Run("HSET px-2:STATE state disabled by bob");
  });
  CHECK(other.status == 3);
  CHECK(Holds(other.errors, "px-2 is DISABLED (by bob)"));
  ana.redis().Run("DEL px-2:STATE");

  const CommandResult same = RunWith(ana, "group disable px-1", [&] {
    ana.redis().Run("HSET px-1:STATE state draining start 1 duration 1");
  });
  CHECK(same.status == 1);
  CHECK(Holds(same.errors, "px-1 was changed at the same moment"));
  ana.redis().Run("DEL px-1:STATE");

  // A health check may change addresses at any time.
  const CommandResult harmless = RunWith(ana, "group disable px-1", [&] {
    ana.redis().Run("SADD px-2:A 192.0.2.9");
  });
  CHECK(harmless.status == 0);
  CHECK(ana.redis().Run("GET groupring:generation") == "1\n");
}

}  // namespace
}  // namespace groupring::testing
