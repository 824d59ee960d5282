#include "backend/checker/references.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

AddressAndPort Endpoint(const std::string& address) {
  AddressAndPort endpoint;
  endpoint.family = redis::Family::kA;
  endpoint.address = redis::ParseMember(redis::Family::kA, address)->first;
  endpoint.port = 53;
  return endpoint;
}

// Three references; the runner never turns, so rounds are as the test says.
class Stage {
 public:
  Stage() {
    runner_.emplace(
        &options_, &clock_, &clock_,
        [](CheckRunner::TaskId, const std::vector<std::string>&) {},
        [](CheckRunner::TaskId, int64_t, absl::StatusOr<ProbeOutcome>) {});
    references.emplace(std::vector<AddressAndPort>{Endpoint("192.0.2.1"),
                                                   Endpoint("192.0.2.2"),
                                                   Endpoint("192.0.2.3")},
                       &*runner_);
    references->Plan(seconds(5), seconds(3), &next_task);
  }

  bool Round(CheckRunner::TaskId task, absl::StatusOr<ProbeOutcome> outcome) {
    clock_.Advance(milliseconds(1000));
    return references->OnRound(task, clock_.UnixMillis(), outcome);
  }
  bool Fails(CheckRunner::TaskId task) {
    return Round(task, ProbeOutcome{redis::VerdictReason::kRefused, "", {}});
  }
  bool Passes(CheckRunner::TaskId task) {
    return Round(task, ProbeOutcome{redis::VerdictReason::kOk, "", {}});
  }

  CheckRunner::TaskId next_task = 10;
  std::optional<References> references;

 private:
  testing::ManualClock clock_;
  CheckerOptions options_;
  std::optional<CheckRunner> runner_;
};

TEST_CASE("references: two failures in a row are enough, two passes mend it") {
  Stage stage;
  CHECK(stage.references->size() == 3);
  CHECK(stage.next_task == 13);
  CHECK(stage.Fails(10));
  CHECK(stage.references->failing() == 0);
  CHECK(stage.Fails(10));
  CHECK(stage.references->failing() == 1);
  CHECK(stage.references->FailingWords() == "192.0.2.1:53");
  CHECK(stage.Passes(10));
  CHECK(stage.references->failing() == 1);
  CHECK(stage.Passes(10));
  CHECK(stage.references->failing() == 0);
  CHECK(stage.references->FailingWords().empty());
}

TEST_CASE("references: no way of this host to one is a failure, too") {
  Stage stage;
  for (int i = 0; i < 2; ++i) {
    CHECK(stage.Round(11, absl::UnavailableError("no route to host")));
    CHECK(stage.Fails(12));
  }
  CHECK(stage.references->failing() == 2);
  CHECK(stage.references->FailingWords() == "192.0.2.2:53, 192.0.2.3:53");
}

TEST_CASE("references: rounds of other tasks are not theirs") {
  Stage stage;
  CHECK_FALSE(stage.Fails(9));
  CHECK_FALSE(stage.Fails(13));
}

TEST_CASE("references: another interval makes new tasks, what failed stays") {
  Stage stage;
  CHECK(stage.Fails(10));
  CHECK(stage.Fails(10));
  stage.references->Plan(seconds(5), seconds(3), &stage.next_task);
  CHECK(stage.next_task == 13);
  stage.references->Plan(seconds(2), seconds(3), &stage.next_task);
  CHECK(stage.next_task == 16);
  CHECK_FALSE(stage.Fails(10));
  CHECK(stage.references->failing() == 1);
  CHECK(stage.Passes(13));
  CHECK(stage.Passes(13));
  CHECK(stage.references->failing() == 0);
}

}  // namespace
}  // namespace groupring::backend
