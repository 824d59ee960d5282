// The judge is judged: it must see what the other tests rely on it to see.
#include "tests/faults/stage.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

TEST_CASE("the load sees answers of a wrong group") {
  auto stage = FaultStage::For(Daemon());
  stage.load().Expect({"alpha"});
  CHECK(WaitUntil([&] { return stage.load().Report().wrong > 0; }));
  CHECK(stage.load().Report().failed == 0);
}

TEST_CASE("the load sees questions that fail") {
  auto stage = FaultStage::For(Daemon());
  stage.redis().Run(
      "HSET files.example.org:CONFIG ON_EMPTY servfail\n"
      "DEL alpha:A bravo:A charlie:A alpha:AAAA bravo:AAAA charlie:AAAA");
  CHECK(WaitUntil([&] { return stage.load().Report().failed > 0; }));
  CHECK(stage.load().Report().empty == 0);
}

TEST_CASE("the load sees empty answers") {
  auto stage = FaultStage::For(Daemon());
  // An empty non-terminal of the sample data.
  SteadyLoad load(stage.pdns().port(), {.name = "west.example.org"});
  load.Await(20);
  const LoadReport report = load.Stop();
  CHECK(report.empty == report.asked);
}

}  // namespace
}  // namespace groupring::testing
