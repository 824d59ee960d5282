// Redis answers, but what it held is gone.
#include <string>

#include "tests/faults/stage.h"
#include "tests/support/catch.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEMPLATE_TEST_CASE("faults: FLUSHALL is not believed", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().Run("FLUSHALL");
  stage.Endure();
  stage.redis().Run(SampleData(false));
  stage.Conclude("FLUSHALL, refilled", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: a Redis that comes back empty is not believed", "",
                   EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().process().Signal(SIGKILL);
  REQUIRE(stage.redis().process().Wait());
  stage.redis().Start();
  // A heartbeat may be there already, but no data.
  REQUIRE(stage.redis()
              .Run("EXISTS files.example.org:GROUPS alpha:A example.org:CONFIG")
              .starts_with("0"));
  stage.Endure();
  stage.redis().Run(SampleData(false));
  stage.Conclude("restarted empty, refilled", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: all names gone at once is not believed", "",
                   EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.redis().Run(
      "DEL files.example.org:GROUPS upload.example.org:GROUPS "
      "ftp.eu.west.example.org:GROUPS example.net:GROUPS example.net:CONFIG "
      "example.org:CONFIG");
  stage.Endure();
  stage.redis().Run(SampleData(false));
  stage.Conclude("all names gone, refilled", stage.SeesChanges());
}

TEST_CASE("faults: a reload brings a wrong database number") {
  auto stage = FaultStage::For(Daemon());
  stage.Reload(stage.url() + "?db=5");
  stage.Endure();
  stage.Reload(stage.url());
  stage.Conclude("wrong database number", stage.SeesChanges());
}

TEMPLATE_TEST_CASE("faults: one group emptied is believed", "", EVERY_HOST) {
  auto stage = FaultStage::For(TestType());
  stage.load().ExpectEither({}, {"alpha"});
  stage.redis().Run("DEL alpha:A alpha:AAAA");
  REQUIRE(WaitUntil(
      [&] { return stage.redis().Run("EXISTS alpha:A").starts_with("0"); }));
  // Its clients, and nobody else, go to the next group of their order.
  stage.Endure();
  stage.load().Expect({"alpha"});
  stage.load().Await(1000);
  stage.load().ExpectEither({}, {"alpha"});
  stage.redis().Run(SampleData(false));
  stage.Conclude("one group emptied, refilled", stage.SeesChanges());
}

}  // namespace
}  // namespace groupring::testing
