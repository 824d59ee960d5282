#include "backend/snapshot/snapshot_builder.h"

#include <string>
#include <vector>

#include "backend/resolver/group_choice.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

class Building {
 public:
  DatasetText data;
  std::vector<std::string> log;
  SnapshotBuilder builder{
      [this](Severity, const std::string& line) { log.push_back(line); }};

  std::shared_ptr<const Snapshot> Load() {
    redis::DatasetChange change;
    change.everything = true;
    return builder.Apply(data.dataset(), change, 0);
  }
  std::shared_ptr<const Snapshot> ChangeGroup(const std::string& group) {
    redis::DatasetChange change;
    change.groups = {group};
    return builder.Apply(data.dataset(), change, 0);
  }
  std::shared_ptr<const Snapshot> ChangeName(const std::string& name) {
    redis::DatasetChange change;
    change.names = {name};
    return builder.Apply(data.dataset(), change, 0);
  }
};

TEST_CASE("names on the same groups share one ring") {
  Building b;
  b.data.Set("ftp.test", DatasetText::OnGroups({"g1", "g2"}));
  b.data.Set("ftps.test", DatasetText::OnGroups({"g2", "g1"}));
  b.data.Set("other.test", DatasetText::OnGroups({"g1"}));
  const auto snapshot = b.Load();
  CHECK(snapshot->rings.size() == 2);
  CHECK(snapshot->FindOwner("ftp.test")->dynamic->ring ==
        snapshot->FindOwner("ftps.test")->dynamic->ring);
}

TEST_CASE("a changed group makes new views of its rings and nothing else") {
  Building b;
  b.data.Set("a.test", DatasetText::OnGroups({"g1", "g2"}));
  b.data.Set("b.test", DatasetText::OnGroups({"g3"}));
  for (const std::string g : {"g1", "g2", "g3"}) {
    b.data.SetGroup(g, {"192.0.2.1"}, {});
  }
  const auto before = b.Load();
  b.data.SetGroup("g3", {"192.0.2.1", "192.0.2.2"}, {});
  const auto after = b.ChangeGroup("g3");
  CHECK(after->generation > before->generation);
  CHECK(after->owners == before->owners);
  const uint32_t a = before->FindOwner("a.test")->dynamic->ring;
  const uint32_t other = before->FindOwner("b.test")->dynamic->ring;
  CHECK(after->rings[a] == before->rings[a]);
  CHECK(after->rings[other] != before->rings[other]);
  CHECK(after->rings[other]->groups[0]->addresses[0]->members().size() == 2);
  // The snapshot before is what it was.
  CHECK(before->rings[other]->groups[0]->addresses[0]->members().size() == 1);
}

TEST_CASE("a ring stays the same object while names around it change") {
  Building b;
  b.data.Set("a.test", DatasetText::OnGroups({"g1", "g2"}));
  const auto before = b.Load();
  b.data.Set("b.test", DatasetText::OnGroups({"g1"}));
  const auto after = b.ChangeName("b.test");
  CHECK(after->rings[after->FindOwner("a.test")->dynamic->ring]->ring ==
        before->rings[0]->ring);
}

TEST_CASE("names and zones come and go") {
  Building b;
  b.data.Set("example.org", DatasetText::Apex());
  b.data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  auto snapshot = b.Load();
  REQUIRE(snapshot->zones.size() == 1);
  const int64_t id = snapshot->zones[0]->id;
  b.data.Set("ftp2.example.org", DatasetText::OnGroups({"g1"}));
  b.data.Set("example.net", DatasetText::Apex());
  snapshot = b.ChangeName("example.net");
  CHECK(snapshot->FindZone("example.org")->id == id);
  CHECK(snapshot->FindZone("example.net") != nullptr);
  CHECK(snapshot->FindZoneById(id)->name == "example.org");
  b.data.RemoveName("example.org");
  b.data.RemoveName("ftp.example.org");
  snapshot = b.ChangeName("example.org");
  CHECK(snapshot->FindZone("example.org") == nullptr);
  CHECK(snapshot->FindOwner("ftp.example.org") == nullptr);
  CHECK(snapshot->FindOwner("ftp2.example.org")->zone == nullptr);
}

TEST_CASE("a name belongs to the closest zone around it") {
  Building b;
  b.data.Set("example.org", DatasetText::Apex());
  b.data.Set("sub.example.org", DatasetText::Apex());
  b.data.Set("ftp.sub.example.org", DatasetText::OnGroups({"g1"}));
  b.data.Set("ftp.notsub.example.org", DatasetText::OnGroups({"g1"}));
  const auto snapshot = b.Load();
  CHECK(snapshot->FindOwner("ftp.sub.example.org")->zone->name ==
        "sub.example.org");
  CHECK(snapshot->FindOwner("ftp.notsub.example.org")->zone->name ==
        "example.org");
  CHECK(snapshot->FindOwner("notsub.example.org") != nullptr);
}

TEST_CASE("malformed values are logged once and their neighbours served") {
  Building b;
  auto apex = DatasetText::Apex();
  apex.config.soa = "...";
  apex.config.records_json =
      R"([{"name":"www","type":"A"},{"name":"ftp","type":"CNAME","content":"x."},
          {"name":"ok","type":"A","content":"192.0.2.1"}])";
  b.data.Set("example.org", apex);
  b.data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  b.data.Set("bad name.example.org", DatasetText::OnGroups({"g1"}));
  auto snapshot = b.Load();
  CHECK(b.log.size() == 4);
  CHECK(b.builder.complaints() == 4);
  CHECK(snapshot->FindOwner("ok.example.org") != nullptr);
  CHECK(snapshot->FindOwner("ftp.example.org")->records.empty());
  CHECK(snapshot->FindOwner("bad name.example.org") == nullptr);
  snapshot = b.Load();
  CHECK(b.log.size() == 4);
  // Put right and broken again, it is news again.
  apex.config.soa = "ns1.example.net. h.example.net. 1 2 3 4 5";
  b.data.Set("example.org", apex);
  snapshot = b.ChangeName("example.org");
  CHECK(b.builder.complaints() == 3);
  CHECK(snapshot->complaints->size() == 3);
  CHECK(b.log.back().starts_with("settled: example.org:CONFIG: SOA"));
  apex.config.soa = "...";
  b.data.Set("example.org", apex);
  snapshot = b.ChangeName("example.org");
  CHECK(b.log.size() == 6);
}

TEST_CASE(
    "an owner table is adopted by the view it was made for, and dropped "
    "when the groups change") {
  Building b;
  std::vector<std::string> groups;
  for (int i = 0; i < 40; ++i) groups.push_back("g" + std::to_string(i));
  b.data.Set("a.test", DatasetText::OnGroups(groups));
  for (const auto& g : groups) b.data.SetGroup(g, {"192.0.2.1"}, {});
  const auto before = b.Load();
  const auto table = hashing::OwnerTable::Build(before->rings[0]->ring,
                                                before->rings[0]->eligible);
  const auto with_table = b.builder.AdoptTable(table, 0);
  REQUIRE(with_table != nullptr);
  CHECK(with_table->rings[0]->table == table);
  // A change of addresses keeps it, a change of state does not.
  b.data.SetGroup("g7", {"192.0.2.2"}, {});
  CHECK(b.ChangeGroup("g7")->rings[0]->table == table);
  b.data.SetGroup("g7", {"192.0.2.2"}, {}, Disabled());
  CHECK(b.ChangeGroup("g7")->rings[0]->table == nullptr);
  CHECK(b.builder.AdoptTable(table, 0) == nullptr);
}

TEST_CASE("with an owner table a group answers again past its `until`") {
  Building b;
  std::vector<std::string> groups;
  for (int i = 0; i < 40; ++i) groups.push_back("g" + std::to_string(i));
  b.data.Set("a.test", DatasetText::OnGroups(groups));
  for (const auto& g : groups) b.data.SetGroup(g, {"192.0.2.1"}, {});
  redis::GroupState state = Disabled();
  state.until = 1000;
  b.data.SetGroup("g7", {"192.0.2.1"}, {}, state);
  const auto plain = b.Load();
  const auto tabled = b.builder.AdoptTable(
      hashing::OwnerTable::Build(plain->rings[0]->ring,
                                 plain->rings[0]->eligible),
      0);
  REQUIRE(tabled != nullptr);
  const size_t g7 = plain->rings[0]->ring->IndexOf("g7").value();
  const auto& skip = plain->FindOwner("a.test")->dynamic->skip;
  hashing::RingOrder order;
  const auto slots_of_g7 = [&](int64_t unix_millis) {
    size_t slots = 0;
    for (uint32_t slot = 0; slot < hashing::kSlots; slot += 64) {
      const size_t group =
          ChooseGroups(*tabled->rings[0], slot, unix_millis, skip, &order)[0]
              .group;
      REQUIRE(group ==
              ChooseGroups(*plain->rings[0], slot, unix_millis, skip, &order)[0]
                  .group);
      if (group == g7) ++slots;
    }
    return slots;
  };
  CHECK(slots_of_g7(999'999) == 0);
  CHECK(slots_of_g7(1'000'000) > 0);
}

TEST_CASE("a record below the apex of a zone below is that zone's to answer") {
  Building b;
  auto apex = DatasetText::Apex();
  apex.config.records_json =
      R"([{"name":"www","type":"A","content":"192.0.2.1"},
          {"name":"www.sub","type":"A","content":"192.0.2.2"},
          {"name":"sub","type":"TXT","content":"x"}])";
  b.data.Set("example.org", apex);
  b.data.Set("sub.example.org", DatasetText::Apex());
  const auto snapshot = b.Load();
  REQUIRE(snapshot->FindOwner("www.example.org")->records.size() == 1);
  CHECK(snapshot->FindOwner("www.sub.example.org") == nullptr);
  for (const StaticRecord* record :
       snapshot->FindOwner("sub.example.org")->records) {
    CHECK(record->type != "TXT");
  }
  REQUIRE(b.log.size() == 2);
  CHECK(b.log[0].find("belongs to a zone below") != std::string::npos);
}

TEST_CASE("names between two apexes exist, in the zone above") {
  Building b;
  b.data.Set("example.org", DatasetText::Apex());
  b.data.Set("deep.down.example.org", DatasetText::Apex());
  b.data.Set("ftp.deep.down.example.org", DatasetText::OnGroups({"g1"}));
  const auto snapshot = b.Load();
  const Owner* between = snapshot->FindOwner("down.example.org");
  REQUIRE(between != nullptr);
  CHECK(between->zone->name == "example.org");
  CHECK(between->records.empty());
  CHECK(snapshot->FindOwner("ftp.deep.down.example.org")->zone->name ==
        "deep.down.example.org");
}

}  // namespace
}  // namespace groupring::backend
