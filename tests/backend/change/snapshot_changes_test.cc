// Accepting what nodes doubt: when it is written, and about what.
#include "backend/change/snapshot_changes.h"

#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::DataOrigin;

const Occasion kOccasion{"ana@ns1", "moved", kNow};

redis::NodeStatus Node(const std::string& name, redis::DataOrigin origin,
                       int64_t doubted_names = 0) {
  redis::NodeStatus node;
  node.name = name;
  node.answers_from = origin;
  node.doubted_names = doubted_names;
  return node;
}

TEST_CASE("accepting names what Redis holds, who, when and why") {
  const Change change =
      AcceptSnapshot({}, {Node("ns1", DataOrigin::kDoubted)}, false, kOccasion);
  REQUIRE(change.writes.size() == 1);
  CHECK(std::get<redis::SetAccepted>(change.writes[0]).acceptance ==
        redis::Acceptance{kNow, 0, "ana@ns1", "moved"});
  CHECK(Before(change) == "doubted by ns1");
  CHECK(After(change) == "0 names accepted");
}

TEST_CASE("accepting is later than every doubt, whatever the clocks say") {
  redis::NodeStatus ahead = Node("ns1", DataOrigin::kDoubted);
  ahead.answers_from_since_unix_millis = kNow + 5000;
  const Change change = AcceptSnapshot({}, {ahead}, false, kOccasion);
  CHECK(std::get<redis::SetAccepted>(change.writes[0]).acceptance ==
        redis::Acceptance{kNow + 5001, 0, "ana@ns1", "moved"});
}

TEST_CASE("nothing is accepted where no living node doubts, unless forced") {
  CHECK(AcceptSnapshot({}, {Node("ns1", DataOrigin::kLive)}, false, kOccasion)
            .writes.empty());
  CHECK(AcceptSnapshot({}, {Node("ns1", DataOrigin::kLive)}, true, kOccasion)
            .writes.size() == 1);
  // Nobody is there to say so.
  CHECK(AcceptSnapshot({}, {}, false, kOccasion).writes.size() == 1);
}

TEST_CASE("a node that sees another Redis is told of") {
  const Change change = AcceptSnapshot(
      {}, {Node("ns1", DataOrigin::kDoubted, 3)}, false, kOccasion);
  REQUIRE(change.remarks.size() == 1);
  CHECK(Remarks(change)[0].find("ns1 sees 3 names") == 0);
}

}  // namespace
}  // namespace groupring::backend
