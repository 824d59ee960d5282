#include "backend/change/health_changes.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

// g1 is checked, and paused until then.
redis::HealthData PausedUntil(int64_t unix_seconds) {
  auto check = std::make_shared<redis::CheckSettings>();
  check->probes = {{redis::ProbeKind::kTcp, 21, ""}};
  check->paused_until = unix_seconds;
  auto group = std::make_shared<redis::GroupVerdicts>();
  group->check = std::move(check);
  redis::HealthData health;
  health.groups["g1"] = std::move(group);
  return health;
}

TEST_CASE("health is resumed while it is paused, and not after that") {
  const redis::Dataset data = ThreeGroups().dataset();
  const int64_t now = kNow / 1000;
  const Change change =
      Made(ResumeHealth(data, PausedUntil(now + 1), "g1", AnaNow()));
  CHECK(Typed(change) == Lines{"HDEL g1:CHECK PAUSED_UNTIL paused_until"});
  for (const int64_t over : {now, now - 1, int64_t{0}}) {
    const Change nothing =
        Made(ResumeHealth(data, PausedUntil(over), "g1", AnaNow()));
    CHECK(nothing.writes.empty());
    REQUIRE(nothing.remarks.size() == 1);
    CHECK(nothing.remarks[0].kind == RemarkKind::kNotPaused);
  }
}

TEST_CASE("a pause after one that is over follows none") {
  const redis::Dataset data = ThreeGroups().dataset();
  const int64_t now = kNow / 1000;
  const auto before = [&](int64_t until) {
    const Change change =
        Made(PauseHealth(data, PausedUntil(until), "g1", "+1h", AnaNow()));
    return std::get<HealthPaused>(change.before).until;
  };
  CHECK(before(now + 60) == now + 60);
  CHECK(before(now) == 0);
}

}  // namespace
}  // namespace groupring::backend
