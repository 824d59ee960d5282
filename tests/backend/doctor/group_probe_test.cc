#include "backend/doctor/group_probe.h"

#include <set>
#include <string>

#include "absl/strings/str_format.h"
#include "backend/resolver/client.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::shared_ptr<const Snapshot> Built(const DatasetText& data) {
  redis::DatasetChange everything;
  everything.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), everything, kNow);
}

TEST_CASE("questions are asked for clients that are at home on the group") {
  DatasetText data = ThreeGroups();
  // Out of service it is still their home.
  SetState(&data, "g2", Disabled());
  const auto snapshot = Built(data);
  const auto questions = QuestionsFor(*snapshot, "g2");
  REQUIRE(questions.size() == 2 * kQuestionsPerName);
  std::set<std::string> names;
  std::set<std::array<uint8_t, 3>> subnets;
  for (const GroupQuestion& question : questions) {
    names.insert(question.name);
    subnets.insert(question.subnet);
    const RingView& view =
        *snapshot->RingOf(*snapshot->FindDynamic(question.name));
    const Client client =
        ClientOf("", absl::StrFormat("%d.%d.%d.0/24", question.subnet[0],
                                     question.subnet[1], question.subnet[2]));
    CHECK(view.ring->First(hashing::SlotOf(client.key)) ==
          view.ring->IndexOf("g2"));
    CHECK(question.subnet[0] > 0);
    CHECK(question.subnet[0] < 224);
  }
  CHECK(names == std::set<std::string>{"ftp.example.org", "ftps.example.org"});
  CHECK(subnets.size() == kQuestionsPerName);
}

TEST_CASE("a group of weight 0 is looked for where it would be at home") {
  DatasetText data = ThreeGroups();
  DatasetText::Name name = DatasetText::OnGroups({"g1", "g2", "g3"});
  name.groups[1].weight = 0;
  data.Set("ftp.example.org", name);
  data.Set("ftps.example.org", name);
  // Where those ask that meet it with the weight that all have.
  CHECK(QuestionsFor(*Built(data), "g2") ==
        QuestionsFor(*Built(ThreeGroups()), "g2"));
}

TEST_CASE("of a group on many names some are asked, on none nothing") {
  DatasetText data = ThreeGroups();
  for (int i = 0; i < 20; ++i) {
    data.Set(absl::StrFormat("n%d.example.org", i),
             DatasetText::OnGroups({"g1", "g2"}));
  }
  CHECK(QuestionsFor(*Built(data), "g1").size() ==
        kMaxQuestionNames * kQuestionsPerName);
  CHECK(QuestionsFor(*Built(data), "spare").empty());
}

TEST_CASE("what is no address of a name server is told, not asked") {
  const DatasetText data = ThreeGroups();
  const auto obstacles = ProbeGroup(
      *data.dataset().groups.at("g1"), QuestionsFor(*Built(data), "g1"),
      {"ns1.example.org"}, std::chrono::milliseconds(1));
  REQUIRE(obstacles.size() == 1);
  CHECK(obstacles[0].kind == Obstacle::Kind::kServerDoesNotAnswer);
  CHECK(obstacles[0].server == "ns1.example.org");
  CHECK(obstacles[0].detail.find("is no address of a name server") !=
        std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
