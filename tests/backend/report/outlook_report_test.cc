// What is said of a name that is not answered from what is in service.
#include "backend/report/outlook_report.h"

#include <optional>
#include <string>
#include <vector>

#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::WithheldCause;

std::optional<Diagnostic> ProblemIn(const ResolverWorld& world) {
  const Diagnostics problems = OutlookProblems(world.snapshot(), kNow, 10);
  REQUIRE(problems.size() <= 1);
  if (problems.empty()) return std::nullopt;
  return problems.front();
}

bool Advises(const Diagnostic& problem, const std::string& command) {
  return problem.advice.find(command) != std::string::npos;
}

void WithholdAll(ResolverWorld* world, const std::string& group,
                 WithheldCause cause) {
  world->data.Withhold(group, {"198.51.0.0/16", "2001:db8::/32"}, 0, cause);
}

TEST_CASE("a name that only checkers took out is not to be enabled") {
  ResolverWorld world = WorldOfThreeGroups();
  const auto cause = GENERATE(WithheldCause::kHealth, WithheldCause::kTooFewUp);
  for (const char* group : {"g1", "g2", "g3"}) {
    WithholdAll(&world, group, cause);
  }
  world.Apply();
  const auto problem = ProblemIn(world);
  REQUIRE(problem.has_value());
  CHECK(problem->code == DiagnosticCode::kNoGroupInService);
  CHECK(problem->message ==
        "is answered from what is out of service or was known last: it has no "
        "group in service (A and AAAA): checkers say that each is down");
  CHECK(Advises(*problem, "groupring health list"));
  CHECK_FALSE(Advises(*problem, "group enable"));
}

TEST_CASE("a name whose addresses operators disabled names the command") {
  ResolverWorld world = WorldOfThreeGroups();
  for (const char* group : {"g1", "g2", "g3"}) {
    WithholdAll(&world, group, WithheldCause::kOperator);
  }
  world.Apply();
  const auto problem = ProblemIn(world);
  REQUIRE(problem.has_value());
  CHECK(problem->advice == "groupring address enable …");
}

TEST_CASE("each of several causes has its advice") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.SetGroup("g1", {"198.51.1.1"}, {}, Disabled());
  world.data.SetGroup("g2", {"198.51.2.1"}, {});
  world.data.SetGroup("g3", {"198.51.3.1"}, {});
  WithholdAll(&world, "g2", WithheldCause::kHealth);
  WithholdAll(&world, "g3", WithheldCause::kOperator);
  world.Apply();
  const auto problem = ProblemIn(world);
  REQUIRE(problem.has_value());
  CHECK(Advises(*problem, "groupring group enable"));
  CHECK(Advises(*problem, "groupring address enable"));
  CHECK(Advises(*problem, "groupring health list"));
}

TEST_CASE("one group in service is enough to say nothing") {
  ResolverWorld world = WorldOfThreeGroups();
  WithholdAll(&world, "g1", WithheldCause::kHealth);
  WithholdAll(&world, "g2", WithheldCause::kHealth);
  world.Apply();
  CHECK_FALSE(ProblemIn(world).has_value());
}

}  // namespace
}  // namespace groupring::backend
