// Redis cannot be reached, or is slow.
#include <chrono>
#include <csignal>
#include <string>

#include "tests/faults/stage.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("faults: Redis is killed, and comes back", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().Run("SAVE");
  stage.redis().process().Signal(SIGKILL);
  REQUIRE(stage.redis().process().Wait());
  stage.Endure();
  stage.redis().Start();
  stage.Conclude("killed, back with its data", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: Redis stands still", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().process().Signal(SIGSTOP);
  stage.Endure();
  stage.redis().process().Signal(SIGCONT);
  stage.Conclude("paused", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: every word of Redis takes 100 ms", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.proxy().Delay(std::chrono::milliseconds(100));
  stage.load().Await(2000);
  // It is slow, and followed all the same.
  stage.SeesChanges();
  stage.proxy().Delay(std::chrono::milliseconds(0));
  stage.Conclude("100 ms a command", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: every word of Redis takes 5 s", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.proxy().Delay(std::chrono::seconds(5));
  stage.Endure();
  stage.proxy().Delay(std::chrono::milliseconds(0));
  stage.Conclude("5 s a command", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: connections to Redis break again and again", "",
                   EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  for (int i = 0; i < 20; ++i) {
    const int accepted = stage.proxy().accepted();
    stage.proxy().Reset();
    REQUIRE(WaitUntil([&] { return stage.proxy().accepted() > accepted; }));
  }
  stage.Conclude("20 connection resets", stage.SeesChanges());
}

TEST_CASE("faults: a reload brings a wrong password, the next the right one") {
  auto stage = FaultStage::For(Daemon());
  std::string wrong = stage.proxy().url();
  wrong.insert(wrong.find("//") + 2, ":secret-and-wrong@");
  stage.Reload(wrong);
  REQUIRE(WaitUntil([&] {
    return stage.host().Log().find("AUTH") != std::string::npos ||
           stage.host().Log().find("WRONGPASS") != std::string::npos;
  }));
  stage.Endure();
  CHECK(stage.host().Log().find("secret-and-wrong") == std::string::npos);
  stage.Reload(stage.url());
  stage.Conclude("wrong password after a reload", stage.SeesChanges());
}

}  // namespace
}  // namespace groupring::testing
