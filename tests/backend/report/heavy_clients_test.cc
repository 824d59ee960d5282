#include "backend/report/heavy_clients.h"

#include <memory>
#include <string>

#include "backend/snapshot/snapshot_builder.h"
#include "hashing/label_key.h"
#include "hashing/ring.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr hashing::SubnetKey kSubnet{uint64_t{4} << 56 | 0xc00002};

std::shared_ptr<const Snapshot> Build(const DatasetText& data) {
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, kNow);
}

// Questions spread over all slots, and as many of one key.
redis::TrafficProfile Traffic(hashing::SubnetKey key, double all,
                              double of_key) {
  redis::TrafficProfile traffic;
  const uint32_t slot = hashing::SlotOf(key);
  traffic.slots = {{slot, {of_key, of_key}}};
  traffic.others = {all, all};
  traffic.keys = {{slot, key.value}};
  return traffic;
}

TEST_CASE("a subnet that makes most of a group's questions is named") {
  const auto snapshot = Build(ThreeGroups());
  // A third of 30,000 and 20,000 more.
  const Diagnostics found =
      HeavyClients(*snapshot, Traffic(kSubnet, 30'000, 20'000), kNow, 0.5);
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == DiagnosticCode::kHeavyClient);
  CHECK(found[0].severity == Severity::kWarning);
  CHECK(found[0].subject[0] == 'g');
  CHECK(found[0].message.find("gets 66.") == 0);
  CHECK(found[0].message.find("% of its questions from 192.0.2.0/24 alone") !=
        std::string::npos);
  CHECK(found[0].advice.find("a group of its own") != std::string::npos);
  CHECK(HeavyClients(*snapshot, Traffic(kSubnet, 30'000, 20'000), kNow, 0.7)
            .empty());
  CHECK(HeavyClients(*snapshot, Traffic(kSubnet, 30'000, 9'000), kNow, 0.5)
            .empty());
}

TEST_CASE("a label is named, with how to spread it") {
  DatasetText data = ThreeGroups();
  redis::AffinityList entries(1);
  entries[0].label = {"customer-17", 1};
  data.SetAffinity(
      std::make_shared<const redis::AffinityEntries>(std::move(entries)));
  const hashing::SubnetKey key =
      hashing::LabelKey(hashing::LabelHash("customer-17"), 0);
  const Diagnostics found =
      HeavyClients(*Build(data), Traffic(key, 30'000, 20'000), kNow, 0.5);
  REQUIRE(found.size() == 1);
  CHECK(found[0].message.find("from label customer-17 alone") !=
        std::string::npos);
  CHECK(found[0].advice.find("customer-17/4 in groupring:affinity") !=
        std::string::npos);
}

TEST_CASE("of few questions, or on a single group, nothing is said") {
  CHECK(
      HeavyClients(*Build(ThreeGroups()), Traffic(kSubnet, 10, 900), kNow, 0.5)
          .empty());
  DatasetText data;
  data.SetGroup("g1", {"198.51.100.1"}, {});
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  CHECK(HeavyClients(*Build(data), Traffic(kSubnet, 10, 20'000), kNow, 0.5)
            .empty());
  CHECK(HeavyClients(*Build(ThreeGroups()), {}, kNow, 0.5).empty());
}

}  // namespace
}  // namespace groupring::backend
