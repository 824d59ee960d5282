#include "backend/checker/verdict_board.h"

#include <map>
#include <random>
#include <string>

#include "absl/strings/str_join.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Held = std::map<std::string, VerdictBoard::GroupVerdictTexts>;

// The commands, one to a line.
std::string Commands(const VerdictBoard& board, size_t limit = 100) {
  std::string text;
  for (const redis::RedisCommand& command :
       board.CommandsOf(board.Differences(limit))) {
    text += absl::StrJoin(command, " ") + "\n";
  }
  return text;
}

// Does to `held` what Redis would.
void Apply(const redis::RedisCommand& command, Held* held) {
  const std::string prefix = "groupring:verdicts:c1:";
  REQUIRE(command[1].starts_with(prefix));
  const std::string group = command[1].substr(prefix.size());
  if (command[0] == "HSET") {
    for (size_t i = 2; i + 1 < command.size(); i += 2) {
      (*held)[group][command[i]] = command[i + 1];
    }
  } else {
    REQUIRE(command[0] == "HDEL");
    for (size_t i = 2; i < command.size(); ++i) {
      (*held)[group].erase(command[i]);
    }
    if ((*held)[group].empty()) held->erase(group);
  }
}

TEST_CASE("verdicts: what is new is set, what is gone is deleted") {
  VerdictBoard board("c1");
  CHECK(Commands(board).empty());
  board.Set("g1", "192.0.2.1", "up");
  board.Set("g1", "192.0.2.2", "down");
  board.Set("g2", "192.0.2.1", "up");
  CHECK(Commands(board) ==
        "HSET groupring:verdicts:c1:g1 192.0.2.1 up 192.0.2.2 down\n"
        "HSET groupring:verdicts:c1:g2 192.0.2.1 up\n");
  board.Wrote(board.Differences(100));
  CHECK(Commands(board).empty());
  board.Set("g1", "192.0.2.1", "up");
  CHECK(Commands(board).empty());
  board.Set("g1", "192.0.2.1", std::nullopt);
  CHECK(Commands(board) == "HDEL groupring:verdicts:c1:g1 192.0.2.1\n");
}

TEST_CASE("verdicts: what changes back before it is written is no change") {
  VerdictBoard board("c1");
  board.Set("g1", "192.0.2.1", "up");
  board.Wrote(board.Differences(100));
  board.Set("g1", "192.0.2.1", "down");
  board.Set("g1", "192.0.2.1", "up");
  CHECK(Commands(board).empty());
  board.Set("g1", "192.0.2.2", "up");
  board.Set("g1", "192.0.2.2", std::nullopt);
  CHECK(Commands(board).empty());
}

TEST_CASE("verdicts: what changes while it is written is written again") {
  VerdictBoard board("c1");
  board.Set("g1", "192.0.2.1", "up");
  const auto changes = board.Differences(100);
  board.Set("g1", "192.0.2.1", "down");
  board.Wrote(changes);
  CHECK(Commands(board) == "HSET groupring:verdicts:c1:g1 192.0.2.1 down\n");
}

TEST_CASE("verdicts: only what differs from what was found") {
  VerdictBoard board("c1");
  board.Set("g1", "192.0.2.1", "up");
  board.Set("g1", "192.0.2.2", "down");
  board.Found("g1", {{"192.0.2.1", "up"}, {"192.0.2.3", "up"}});
  board.Found("gone", {{"192.0.2.9", "up"}});
  CHECK(Commands(board) ==
        "HDEL groupring:verdicts:c1:g1 192.0.2.3\n"
        "HSET groupring:verdicts:c1:g1 192.0.2.2 down\n"
        "HDEL groupring:verdicts:c1:gone 192.0.2.9\n");
  board.Wrote(board.Differences(100));
  CHECK(board.Groups() == std::set<std::string>{"g1"});
  // Somebody has deleted the key.
  board.Found("g1", {});
  CHECK(Commands(board) ==
        "HSET groupring:verdicts:c1:g1 192.0.2.1 up 192.0.2.2 down\n");
}

TEST_CASE("verdicts: what somebody else has deleted is not deleted again") {
  VerdictBoard board("c1");
  board.Found("g1", {{"192.0.2.3", "up"}});
  CHECK(Commands(board) == "HDEL groupring:verdicts:c1:g1 192.0.2.3\n");
  board.Found("g1", {});
  CHECK(Commands(board).empty());
}

TEST_CASE("verdicts: after any history Redis holds what it should") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    VerdictBoard board("c1");
    Held held;
    Held wanted;
    for (int step = 0; step < 60; ++step) {
      const std::string group = "g" + std::to_string(random() % 3);
      const std::string address = "192.0.2." + std::to_string(random() % 4);
      switch (random() % 4) {
        case 0:
        case 1:
          wanted[group][address] = "v" + std::to_string(random() % 3);
          board.Set(group, address, wanted[group][address]);
          break;
        case 2:
          wanted[group].erase(address);
          if (wanted[group].empty()) wanted.erase(group);
          board.Set(group, address, std::nullopt);
          break;
        case 3:
          // Somebody else writes, and it is compared.
          held[group][address] = "foreign";
          board.Found(group, held[group]);
          break;
      }
      if (random() % 3 != 0) continue;
      const auto changes = board.Differences(1 + random() % 3);
      for (const auto& command : board.CommandsOf(changes)) {
        Apply(command, &held);
      }
      board.Wrote(changes);
    }
    for (const auto& command : board.CommandsOf(board.Differences(1000))) {
      Apply(command, &held);
    }
    REQUIRE(held == wanted);
  }
}

}  // namespace
}  // namespace groupring::backend
