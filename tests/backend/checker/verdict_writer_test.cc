// What a checker writes, with a real Redis and the rights of its user.
#include "backend/checker/verdict_writer.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"
#include "tests/support/redis_users.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

VerdictUpdate Update(const std::string& address,
                     std::optional<std::string> verdict) {
  return {"g1", address, std::move(verdict)};
}

VerdictEvent Event(const std::string& address) {
  return {"g1", address, "down", "up", "refused", ""};
}

class Stage {
 public:
  Stage() : redis(users_.arguments()) { Begin(); }

  // A process that has the same id.
  void Begin() {
    VerdictWriterOptions options;
    options.checker = "c1";
    options.location =
        redis::ParseLocation(testing::RedisUsers::Url("checker", redis))
            .value();
    options.interval = std::chrono::milliseconds(20);
    options.backoff_max = std::chrono::milliseconds(100);
    options.compare_interval = std::chrono::milliseconds(200);
    writer = std::make_unique<VerdictWriter>(options, &clock, &redis_clock,
                                             log.Sink(), [] {});
    writer->Start();
  }

  void Tell(std::vector<VerdictUpdate> updates,
            std::vector<VerdictEvent> events = {}, bool doubts = false) {
    CheckerReport report;
    report.version = "0.2";
    report.host = "ns1";
    report.pid = 17;
    report.started_unix_millis = 1;
    report.doubts = doubts;
    report.why = doubts ? "cut off" : "";
    writer->Tell(std::move(report), std::move(updates), std::move(events));
  }

  std::string Held(const std::string& address) {
    return redis.Run("HGET groupring:verdicts:c1:g1 " + address);
  }
  bool Holds(const std::string& address, const std::string& text) {
    return WaitUntil([&] { return Held(address) == text + "\n"; });
  }

 private:
  testing::RedisUsers users_;

 public:
  testing::RedisServer redis;
  SystemClock clock;
  RedisClock redis_clock{&clock};
  LogLines log;
  std::unique_ptr<VerdictWriter> writer;
};

TEST_CASE("verdict writer: nothing before it was told, then all together") {
  Stage stage;
  CHECK(WaitUntil([&] { return stage.writer->connected(); }));
  CHECK(stage.redis.Run("DBSIZE") == "0\n");
  stage.Tell({Update("192.0.2.1", "up x")}, {Event("192.0.2.1")});
  REQUIRE(stage.Holds("192.0.2.1", "up x"));
  CHECK(stage.redis.Run("ZRANGE groupring:checkers 0 -1") == "c1\n");
  CHECK(stage.redis.Run("HGET groupring:checker:c1 host") == "ns1\n");
  CHECK(stage.redis.Run("XLEN groupring:health:log") == "1\n");
  stage.Tell({Update("192.0.2.1", std::nullopt)});
  CHECK(stage.Holds("192.0.2.1", ""));
}

TEST_CASE("verdict writer: the doubt is there with the verdicts it is about") {
  Stage stage;
  stage.Tell({Update("192.0.2.1", "down x")}, {}, /*doubts=*/true);
  REQUIRE(stage.Holds("192.0.2.1", "down x"));
  CHECK(stage.redis.Run("HGET groupring:checker:c1 doubts") == "yes\n");
  CHECK(stage.redis.Run("HGET groupring:checker:c1 why") == "cut off\n");
}

TEST_CASE("verdict writer: while Redis is away it keeps what is newest") {
  Stage stage;
  stage.Tell({Update("192.0.2.1", "up x")});
  REQUIRE(stage.Holds("192.0.2.1", "up x"));
  stage.redis.Stop();
  REQUIRE(WaitUntil([&] { return !stage.writer->connected(); }));
  stage.Tell({Update("192.0.2.1", "down x")}, {Event("192.0.2.1")});
  stage.Tell({Update("192.0.2.1", "up y"), Update("192.0.2.2", "busy x")},
             {Event("192.0.2.2")});
  stage.redis.Start();
  REQUIRE(stage.Holds("192.0.2.1", "up y"));
  CHECK(stage.Held("192.0.2.2") == "busy x\n");
  CHECK(stage.redis.Run("XLEN groupring:health:log") == "2\n");
}

TEST_CASE("verdict writer: what others delete or change is put right") {
  Stage stage;
  stage.Tell({Update("192.0.2.1", "up x"), Update("192.0.2.2", "up x")});
  REQUIRE(stage.Holds("192.0.2.2", "up x"));
  stage.redis.Run(
      "HDEL groupring:verdicts:c1:g1 192.0.2.1\n"
      "HSET groupring:verdicts:c1:g1 192.0.2.2 'down since=1' 192.0.2.9 up");
  CHECK(stage.Holds("192.0.2.1", "up x"));
  CHECK(stage.Holds("192.0.2.2", "up x"));
  CHECK(stage.Holds("192.0.2.9", ""));
}

TEST_CASE("verdict writer: groups that are gone since the process before") {
  Stage stage;
  stage.redis.Run(
      "HSET groupring:verdicts:c1:gone 192.0.2.1 up\n"
      "HSET groupring:verdicts:c2:gone 192.0.2.1 up");
  stage.Tell({Update("192.0.2.1", "up x")});
  CHECK(WaitUntil([&] {
    return stage.redis.Run("EXISTS groupring:verdicts:c1:gone") == "0\n";
  }));
  CHECK(stage.redis.Run("EXISTS groupring:verdicts:c2:gone") == "1\n");
}

TEST_CASE("verdict writer: what was told last is written when it stops") {
  Stage stage;
  stage.Tell({Update("192.0.2.1", "up x")});
  REQUIRE(stage.Holds("192.0.2.1", "up x"));
  stage.Tell({Update("192.0.2.1", "down x")}, {Event("192.0.2.1")});
  stage.writer->Stop();
  CHECK(stage.Held("192.0.2.1") == "down x\n");
  CHECK(stage.redis.Run("XLEN groupring:health:log") == "1\n");
}

TEST_CASE("verdict writer: heartbeats are asked for, of any of the keys") {
  Stage stage;
  stage.redis.Run("SET groupring:alive:192.0.2.1 1");
  stage.writer->Ask(7,
                    {"groupring:alive:192.0.2.9", "groupring:alive:192.0.2.1"});
  stage.writer->Ask(8, {"groupring:alive:192.0.2.9"});
  std::vector<HeartbeatAnswer> answers;
  REQUIRE(WaitUntil([&] {
    for (const HeartbeatAnswer& one : stage.writer->TakeAnswers()) {
      answers.push_back(one);
    }
    return answers.size() == 2;
  }));
  CHECK(answers[0].question == 7);
  CHECK(answers[0].is_alive);
  CHECK(answers[1].question == 8);
  CHECK_FALSE(answers[1].is_alive);
}

}  // namespace
}  // namespace groupring::backend
