#include "backend/snapshot/name_order.h"

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Names = std::vector<std::string>;

class World {
 public:
  DatasetText data;

  std::shared_ptr<const Snapshot> Apply() {
    redis::DatasetChange change;
    change.everything = true;
    return builder_.Apply(data.dataset(), change, 0);
  }

 private:
  SnapshotBuilder builder_{[](Severity, const std::string&) {}};
};

DatasetText::Name ApexWith(const std::string& records) {
  DatasetText::Name apex = DatasetText::Apex();
  apex.config.records_json = records;
  return apex;
}

// All names of the zone, each the one behind the one before.
Names Chain(const Snapshot& snapshot, const std::string& apex) {
  const Zone& zone = *snapshot.FindZone(apex);
  Names chain;
  std::string name = apex;
  do {
    chain.push_back(name);
    const auto around = snapshot.order->Around(snapshot, zone, name);
    CHECK(around.before == name);
    name = std::string(around.after);
  } while (name != apex && chain.size() < 10'000);
  return chain;
}

TEST_CASE("names stand in the order of RFC 4034, 6.1") {
  const Names sorted = {
      "example",         "a.example",      "yljkjljk.a.example",
      "z.a.example",     "zabc.a.example", "z.example",
      "\\001.z.example", "*.z.example",    "\\200.z.example"};
  for (size_t i = 0; i < sorted.size(); ++i) {
    for (size_t j = 0; j < sorted.size(); ++j) {
      CAPTURE(sorted[i], sorted[j]);
      CHECK(PrecedesInOrder(sorted[i], sorted[j]) == (i < j));
    }
  }
  CHECK(PrecedesInOrder("", "a"));
  CHECK_FALSE(PrecedesInOrder("", ""));
  // An escaped dot is no end of a label, an escaped letter has no case.
  CHECK(PrecedesInOrder("a\\.b.example", "aa.example"));
  CHECK_FALSE(PrecedesInOrder("\\065.example", "a.example"));
  CHECK_FALSE(PrecedesInOrder("a.example", "\\065.example"));
}

TEST_CASE("between which names a name stands, whether it exists or not") {
  World world;
  world.data.Set("example.org",
                 ApexWith(R"([{"name":"www","type":"A","content":"192.0.2.1"},
                              {"name":"*.wild","type":"TXT","content":"x"}])"));
  world.data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  world.data.Set("ftp.eu.west.example.org", DatasetText::OnGroups({"g1"}));
  // In no zone.
  world.data.Set("ftp.example.net", DatasetText::OnGroups({"g1"}));
  const auto snapshot = world.Apply();
  // Without empty non-terminals: west, eu.west, wild.
  CHECK(Chain(*snapshot, "example.org") ==
        Names{"example.org", "ftp.example.org", "ftp.eu.west.example.org",
              "*.wild.example.org", "www.example.org"});
  struct Case {
    const char* name;
    const char* before;
    const char* after;
  };
  for (const Case& c : {
           Case{"a.example.org", "example.org", "ftp.example.org"},
           Case{"x.ftp.example.org", "ftp.example.org",
                "ftp.eu.west.example.org"},
           Case{"west.example.org", "ftp.example.org",
                "ftp.eu.west.example.org"},
           Case{"zzz.example.org", "www.example.org", "example.org"},
       }) {
    CAPTURE(c.name);
    const auto around = snapshot->order->Around(
        *snapshot, *snapshot->FindZone("example.org"), c.name);
    CHECK(around.before == c.before);
    CHECK(around.after == c.after);
  }
}

TEST_CASE("delegations are among the names, what is below them is not") {
  World world;
  world.data.Set(
      "example.org",
      ApexWith(R"([{"name":"sub","type":"NS","content":"ns.sub.example.org."},
                   {"name":"ns.sub","type":"A","content":"192.0.2.1"}])"));
  world.data.Set("ftp.sub.example.org", DatasetText::OnGroups({"g1"}));
  // Zones of ours are delegated by the one around them; but not this one,
  // which is below a delegation to somebody else.
  world.data.Set("ours.example.org", DatasetText::Apex());
  world.data.Set("ftp.ours.example.org", DatasetText::OnGroups({"g1"}));
  world.data.Set("ours.sub.example.org", DatasetText::Apex());
  const auto snapshot = world.Apply();
  CHECK(Chain(*snapshot, "example.org") ==
        Names{"example.org", "ours.example.org", "sub.example.org"});
  CHECK(Chain(*snapshot, "ours.example.org") ==
        Names{"ours.example.org", "ftp.ours.example.org"});
  CHECK(Chain(*snapshot, "ours.sub.example.org") ==
        Names{"ours.sub.example.org"});
  const auto authority = [&](const char* name) {
    return snapshot->FindOwner(name)->authority;
  };
  CHECK(authority("sub.example.org") == Authority::kDelegation);
  CHECK(authority("ns.sub.example.org") == Authority::kBelowDelegation);
  CHECK(authority("ftp.sub.example.org") == Authority::kBelowDelegation);
  CHECK(authority("ours.sub.example.org") == Authority::kOurs);
  CHECK(authority("example.org") == Authority::kOurs);
}

TEST_CASE("a delegation comes and goes with the records of its zone") {
  World world;
  world.data.Set("example.org", DatasetText::Apex());
  world.data.Set("other.org", DatasetText::Apex());
  world.data.Set("ftp.sub.example.org", DatasetText::OnGroups({"g1"}));
  const Names plain = {"example.org", "ftp.sub.example.org"};
  CHECK(Chain(*world.Apply(), "example.org") == plain);
  world.data.Set(
      "example.org",
      ApexWith(R"([{"name":"sub","type":"NS","content":"ns.other.org."}])"));
  const auto delegated = world.Apply();
  CHECK(Chain(*delegated, "example.org") ==
        Names{"example.org", "sub.example.org"});
  CHECK(delegated->FindOwner("ftp.sub.example.org")->authority ==
        Authority::kBelowDelegation);
  world.data.Set("example.org", DatasetText::Apex());
  const auto after = world.Apply();
  CHECK(Chain(*after, "example.org") == plain);
  CHECK(after->FindOwner("ftp.sub.example.org")->authority == Authority::kOurs);
}

TEST_CASE("the order follows each change, as if it had been rebuilt") {
  const unsigned seed = GENERATE(1u, 2u, 3u, 4u);
  CAPTURE(seed);
  std::mt19937 random(seed);
  World world;
  world.data.Set("example.org", DatasetText::Apex());
  world.data.Set("sub.example.org", DatasetText::Apex());
  std::set<std::string> names;
  const auto draw_name = [&] {
    const std::string label(1 + random() % 2,
                            static_cast<char>('a' + random() % 26));
    const char* const above[] = {"", "m.", "sub."};
    return label + std::to_string(random() % 9) + "." + above[random() % 3] +
           "example.org";
  };
  for (int i = 0; i < 300; ++i) {
    names.insert(draw_name());
    world.data.Set(*names.rbegin(), DatasetText::OnGroups({"g1"}));
  }
  for (const std::string& name : names) {
    world.data.Set(name, DatasetText::OnGroups({"g1"}));
  }
  for (int step = 0; step < 40; ++step) {
    // Now and then so many that they are sorted again.
    const int changes = step % 10 == 9 ? 200 : 3;
    for (int i = 0; i < changes; ++i) {
      const std::string name = draw_name();
      if (names.erase(name) > 0) {
        world.data.RemoveName(name);
      } else {
        names.insert(name);
        world.data.Set(name, DatasetText::OnGroups({"g1"}));
      }
    }
    if (step == 20) {
      world.data.Set("sub.example.org",
                     ApexWith(R"([{"type":"TXT","content":"x"}])"));
    }
    const auto snapshot = world.Apply();
    if (step % 3 == 1) continue;  // nobody asks about this version
    World fresh;
    fresh.data = world.data;
    const auto expected = fresh.Apply();
    REQUIRE(Chain(*snapshot, "example.org") == Chain(*expected, "example.org"));
    REQUIRE(Chain(*snapshot, "sub.example.org") ==
            Chain(*expected, "sub.example.org"));
  }
}

// AddressSanitizer sees it if the order goes by the zone that was.
TEST_CASE("a zone that changes changes the order of few names") {
  World world;
  DatasetText::Name apex = DatasetText::Apex();
  world.data.Set("example.org", apex);
  world.data.Set("sub.example.org", DatasetText::Apex());
  for (int i = 0; i < 100; ++i) {
    world.data.Set("n" + std::to_string(i) + ".sub.example.org",
                   DatasetText::OnGroups({"g1"}));
  }
  for (const uint32_t ttl : {60U, 70U, 80U}) {
    apex.config.ttl_seconds = ttl;
    world.data.Set("example.org", apex);
    const auto snapshot = world.Apply();
    CHECK(Chain(*snapshot, "example.org") ==
          Names{"example.org", "sub.example.org"});
    CHECK(Chain(*snapshot, "sub.example.org").size() == 101);
  }
}

TEST_CASE("names that nobody asks the order of are not kept for it") {
  World world;
  world.data.Set("example.org", DatasetText::Apex());
  const auto change = [&](int i) {
    world.data.Set("n" + std::to_string(i) + ".example.org",
                   DatasetText::OnGroups({"g1"}));
    return world.Apply();
  };
  std::weak_ptr<const OwnerMap> asked;
  {
    const auto snapshot = change(-1);
    CHECK_FALSE(snapshot->order->is_made());
    Chain(*snapshot, "example.org");
    CHECK(snapshot->order->is_made());
    asked = snapshot->owners;
  }
  change(0);
  CHECK_FALSE(asked.expired());  // what the next order begins with
  for (int i = 1; i <= NameOrder::kMostUnasked + 1; ++i) change(i);
  CHECK(asked.expired());
}

TEST_CASE("an order that is made keeps none of those before it") {
  World world;
  world.data.Set("example.org", DatasetText::Apex());
  std::weak_ptr<const OwnerMap> before;
  for (int i = 0; i < 3; ++i) {
    world.data.Set("n" + std::to_string(i) + ".example.org",
                   DatasetText::OnGroups({"g1"}));
    const auto snapshot = world.Apply();
    Chain(*snapshot, "example.org");
    CHECK(before.expired());
    before = snapshot->owners;
  }
}

TEST_CASE("the serial is the second of the last change, and always higher") {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  SnapshotBuilder builder([](Severity, const std::string&) {});
  redis::DatasetChange change;
  change.everything = true;
  const auto serial = [&](int64_t second) {
    return builder.Apply(data.dataset(), change, second * 1000)->serial;
  };
  CHECK(serial(1'800'000'000) == 1'800'000'000);
  CHECK(serial(1'800'000'000) == 1'800'000'001);
  CHECK(serial(1'800'000'000) == 1'800'000'002);
  CHECK(serial(1'800'000'007) == 1'800'000'007);
  CHECK(serial(1'700'000'000) == 1'800'000'008);
}

}  // namespace
}  // namespace groupring::backend
