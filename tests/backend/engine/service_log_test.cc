#include "backend/engine/service_log.h"

#include <string>
#include <vector>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;
using Lines = std::vector<std::string>;

class Watched {
 public:
  Watched() {
    data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2"}));
    data.SetGroup("g1", {"192.0.2.1"}, {});
    data.SetGroup("g2", {"192.0.2.2"}, {});
  }

  // The lines of one look, each with its severity in front.
  Lines Look(int64_t unix_millis = kNow) {
    lines_.clear();
    redis::DatasetChange change;
    change.everything = true;
    log_.Look(*builder_.Apply(data.dataset(), change, unix_millis),
              unix_millis);
    return lines_;
  }

  DatasetText data;

 private:
  Lines lines_;
  SnapshotBuilder builder_{[](Severity, const std::string&) {}};
  ServiceLog log_{[this](Severity severity, const std::string& line) {
    lines_.push_back((severity == Severity::kWarning ? "W " : "I ") + line);
  }};
};

TEST_CASE("the log says who goes out and comes back, and nothing twice") {
  Watched watched;
  CHECK(watched.Look().empty());
  redis::GroupState state = Disabled();
  state.by = "ana";
  state.reason = "kernel";
  state.until = kNow / 1000 + 60;
  watched.data.SetGroup("g1", {"192.0.2.1"}, {}, state);
  CHECK(watched.Look() ==
        Lines{"I group g1 is out of service: DISABLED (by ana, \"kernel\", "
              "until 2027-01-15T08:01:00Z)"});
  CHECK(watched.Look().empty());
  // The clock ends it.
  const Lines back = watched.Look(kNow + 60'000);
  REQUIRE(back.size() == 1);
  CHECK(back[0].starts_with("I group g1 is in service again"));
}

TEST_CASE("a ramp is said when it begins and when it is over") {
  Watched watched;
  watched.Look();
  redis::GroupState state;
  state.state = redis::AdminState::kDraining;
  state.start = kNow / 1000;
  state.duration = 100;
  watched.data.SetGroup("g1", {"192.0.2.1"}, {}, state);
  CHECK(watched.Look() == Lines{"I group g1 is out of service: DRAINING"});
  CHECK(watched.Look(kNow + 50'000).empty());
  CHECK(watched.Look(kNow + 100'000) ==
        Lines{"I group g1 is out of service: DRAINED; it was DRAINING"});
}

TEST_CASE("the log says which names do not answer, and when they do again") {
  Watched watched;
  watched.Look();
  auto name = DatasetText::OnGroups({"g1", "g2"});
  name.groups[0].weight = 0;
  watched.data.Set("ftp.example.org", name);
  CHECK(watched.Look() ==
        Lines{"I group g1 is out of service: WEIGHT 0 on ftp.example.org"});
  name.groups[1].weight = 0;
  watched.data.Set("ftp.example.org", name);
  CHECK(watched.Look() ==
        Lines{"I group g2 is out of service: WEIGHT 0 on ftp.example.org",
              "W ftp.example.org is answered from what is out of service or "
              "was known last: it has no group in service (A); groupring group "
              "enable …, or give a group a weight above 0"});
  name.groups[0].weight = 1;
  name.skip_a = {"0.0.0.0/0"};
  watched.data.Set("ftp.example.org", name);
  const Lines skipped = watched.Look();
  REQUIRE(skipped.size() == 2);
  CHECK(skipped[1].starts_with(
      "W ftp.example.org cannot be answered (SERVFAIL): skip lists cover each "
      "of its A addresses; take what may be answered off "
      "ftp.example.org:A:SKIPLIST"));
  name.skip_a.clear();
  watched.data.Set("ftp.example.org", name);
  CHECK(watched.Look() ==
        Lines{"I ftp.example.org is answered from what is in service again"});
}

TEST_CASE("thousands of names in trouble are a few lines") {
  Watched watched;
  for (int i = 0; i < 1000; ++i) {
    watched.data.Set("n" + std::to_string(i) + ".example.org",
                     DatasetText::OnGroups({}));
  }
  const Lines lines = watched.Look();
  CHECK(lines.size() == ServiceLog::kMaxLinesPerLook + 1);
  CHECK(lines.back().starts_with("W 980 more names"));
}

}  // namespace
}  // namespace groupring::backend
