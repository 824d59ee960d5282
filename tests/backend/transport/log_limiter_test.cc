#include "backend/transport/log_limiter.h"

#include <string>
#include <vector>

#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

class ManualClock : public Clock {
 public:
  int64_t UnixMillis() const override { return 0; }
  std::chrono::steady_clock::time_point Steady() const override { return now; }

  std::chrono::steady_clock::time_point now;
};

TEST_CASE("lines beyond the limit are counted, and the count is told later") {
  ManualClock clock;
  LogLines lines;
  LogLimiter limiter(2, std::chrono::seconds(10), &clock, lines.Sink());
  for (int i = 0; i < 5; ++i) limiter.Log(Severity::kWarning, "a");
  CHECK(lines.All() == std::vector<std::string>{"a", "a"});

  clock.now += std::chrono::seconds(9);
  limiter.Log(Severity::kWarning, "b");
  CHECK(lines.Count() == 2);

  clock.now += std::chrono::seconds(1);
  limiter.Log(Severity::kWarning, "c");
  limiter.Log(Severity::kWarning, "d");
  REQUIRE(lines.Count() == 4);
  CHECK(lines.All()[2] == "c (before that, 4 like this were not logged)");
  CHECK(lines.All()[3] == "d");
}

TEST_CASE("without a sink nothing is logged") {
  ManualClock clock;
  LogLimiter limiter(1, std::chrono::seconds(10), &clock, nullptr);
  limiter.Log(Severity::kWarning, "a");
}

}  // namespace
}  // namespace groupring::backend
