// A snapshot that followed changes one by one is the one that a fresh load
// makes.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/resolver/outlook.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

void NoLog(Severity, const std::string&) {}

std::string GroupsOf(const Snapshot& snapshot, const DynamicName& name) {
  const RingView* const view = snapshot.RingOf(name);
  if (view == nullptr) return "own";
  std::vector<std::string> groups;
  for (size_t i = 0; i < view->groups.size(); ++i) {
    const redis::GroupData& group = *view->groups[i];
    groups.push_back(absl::StrFormat(
        "%s*%d(%s%s)", group.name,
        i < view->ring->size() ? view->ring->weight(i) : 0,
        absl::StrJoin(group.addresses[0]->MemberTexts(), " "),
        group.state.state == redis::AdminState::kDisabled ? " out" : ""));
  }
  return absl::StrJoin(groups, ",");
}

std::string Text(const Snapshot& snapshot, const Owner& owner) {
  std::vector<std::string> parts = {
      owner.zone == nullptr
          ? "no zone"
          : absl::StrFormat("%s=%d", owner.zone->name, owner.zone->id),
      owner.is_apex ? "apex" : ""};
  for (const StaticRecord* record : owner.records) {
    parts.push_back(record->type + " " + record->content);
  }
  if (const DynamicName* const name = owner.dynamic.get()) {
    parts.push_back(absl::StrFormat(
        "ttl %d, %s, skips %s, %s", name->ttl_seconds,
        GroupsOf(snapshot, *name),
        absl::StrJoin(name->skip[0]->Prefixes(redis::Family::kA), " "),
        absl::StrJoin(owner.data->addresses[0]->MemberTexts(), " ")));
  }
  return absl::StrJoin(parts, "; ");
}

using Texts = std::map<std::string, std::string>;

Texts TextsOf(const Snapshot& snapshot) {
  Texts texts;
  for (const auto& [name, owner] : *snapshot.owners) {
    CHECK(owner->name == name);
    texts.emplace(name, Text(snapshot, *owner));
  }
  return texts;
}

std::map<NameOutlook, size_t> OutlooksOf(const Snapshot& snapshot) {
  std::map<NameOutlook, size_t> outlooks;
  ForEachOutlook(snapshot, 0, [&](size_t names, const Outlook& outlook) {
    outlooks[outlook.name] += names;
  });
  return outlooks;
}

class Changes {
 public:
  explicit Changes(unsigned seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) SetGroup();
  }

  const redis::Dataset& dataset() const { return data_.dataset(); }

  // Some names and groups; what Apply needs to know of them.
  redis::DatasetChange Make() {
    redis::DatasetChange change;
    for (int i = Below(4); i >= 0; --i) {
      if (Below(4) == 0) {
        change.groups.push_back(SetGroup());
      } else {
        change.names.push_back(ChangeName());
      }
    }
    return change;
  }

 private:
  int Below(int limit) {
    return static_cast<int>(random_() % static_cast<unsigned>(limit));
  }

  std::string SetGroup() {
    const std::string group = absl::StrFormat("g%d", Below(6));
    data_.SetGroup(group, {absl::StrFormat("192.0.2.%d", Below(9) + 1)}, {},
                   Below(3) == 0 ? Disabled() : redis::GroupState());
    return group;
  }

  std::string ChangeName() {
    static const std::vector<std::string> kNames = {
        "example.org",       "sub.example.org",      "a.example.org",
        "b.a.example.org",   "deep.b.a.example.org", "ns1.example.org",
        "www.example.org",   "x.sub.example.org",    "y.x.sub.example.org",
        "example.net",       "a.b.example.net",      "outside.test",
        "very.outside.test", "bad name.test"};
    const std::string& name =
        kNames[static_cast<size_t>(Below(static_cast<int>(kNames.size())))];
    if (Below(4) == 0) {
      data_.RemoveName(name);
      return name;
    }
    const bool zone = (name == "example.org" || name == "sub.example.org" ||
                       name == "example.net") &&
                      Below(3) > 0;
    DatasetText::Name data;
    if (zone) {
      data = DatasetText::Apex();
      data.config.ns = {Below(2) == 0 ? "ns1.example.org"
                                      : "ns1.elsewhere.test"};
      if (Below(2) == 0) {
        data.config.records_json =
            R"([{"name":"www","type":"A","content":"192.0.2.77"},
                {"name":"www","type":"TXT","content":"t"},
                {"name":"x.sub","type":"TXT","content":"u"},
                {"name":"t.t","type":"TXT","content":"v"}])";
      }
      if (Below(4) == 0) data.skip_a = {"192.0.2.3"};
    } else if (Below(4) == 0) {
      data.config.answer = Below(2) == 0 ? redis::AnswerMode::kRandom
                                         : redis::AnswerMode::kConsistentHash;
      if (Below(3) > 0) {
        data.a = {absl::StrFormat("198.51.100.%d", Below(5) + 1)};
      }
    } else {
      std::set<std::string> groups;
      for (int i = Below(3); i >= 0; --i) {
        groups.insert(absl::StrFormat("g%d", Below(6)));
      }
      data = DatasetText::OnGroups({groups.begin(), groups.end()});
      if (Below(3) == 0) data.groups[0].weight = 0;
      if (Below(3) == 0) data.config.panic_percent = 50;
      if (Below(3) == 0) data.config.on_empty = redis::OnEmpty::kServfail;
    }
    data.config.ttl_seconds = static_cast<uint32_t>(Below(5) + 1);
    if (Below(5) == 0) data.skip_a = {"192.0.2.4"};
    data_.Set(name, data);
    return name;
  }

  std::mt19937 random_;
  DatasetText data_;
};

TEST_CASE("a snapshot that followed changes equals one that is loaded") {
  const unsigned seed = GENERATE(range(1U, 9U));
  CAPTURE(seed);
  Changes changes(seed);
  SnapshotBuilder followed(NoLog);
  redis::DatasetChange everything;
  everything.everything = true;
  followed.Apply(changes.dataset(), everything, 0);
  std::vector<std::pair<std::shared_ptr<const Snapshot>, Texts>> versions;
  for (int step = 0; step < 150; ++step) {
    CAPTURE(step);
    const redis::DatasetChange change = changes.Make();
    const auto now = followed.Apply(changes.dataset(), change, 0);
    SnapshotBuilder fresh(NoLog);
    const auto loaded = fresh.Apply(changes.dataset(), everything, 0);
    REQUIRE(TextsOf(*now) == TextsOf(*loaded));
    REQUIRE(OutlooksOf(*now) == OutlooksOf(*loaded));
    // A record, or a SOA, that is out of order may be a previous one.
    REQUIRE(*now->complaints == *loaded->complaints);
    REQUIRE(*now->shortcomings == *loaded->shortcomings);
    if (step % 10 == 0) versions.emplace_back(now, TextsOf(*now));
  }
  for (const auto& [snapshot, texts] : versions) {
    CHECK(TextsOf(*snapshot) == texts);
  }
}

TEST_CASE("a changed name leaves the owners around it as they are") {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  for (int i = 0; i < 300; ++i) {
    data.Set(absl::StrFormat("n%d.example.org", i),
             DatasetText::OnGroups({"g1", "g2"}));
  }
  SnapshotBuilder builder(NoLog);
  const auto before = builder.Apply(data.dataset(), {}, 0);
  auto name = DatasetText::OnGroups({"g1", "g2"});
  name.config.ttl_seconds = 7;
  data.Set("n7.example.org", name);
  const auto after = builder.Apply(data.dataset(), {}, 0);
  CHECK(after->FindDynamic("n7.example.org")->ttl_seconds == 7);
  CHECK(before->FindDynamic("n7.example.org")->ttl_seconds == 60);
  std::vector<std::string> differing;
  OwnerMap::ForEachDifference(
      *before->owners, *after->owners,
      [&](const Owner*, const Owner* is) { differing.emplace_back(is->name); });
  CHECK(differing == std::vector<std::string>{"n7.example.org"});
  CHECK(after->classes == before->classes);
  CHECK(after->rings == before->rings);
}

TEST_CASE("names on a ring share what says how they are answered") {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  const auto on_groups = DatasetText::OnGroups({"g1", "g2"});
  data.Set("a.example.org", on_groups);
  data.Set("b.example.org", on_groups);
  auto own = on_groups;
  own.config.answer = redis::AnswerMode::kRandom;
  data.Set("c.example.org", own);
  data.Set("d.example.org", own);
  SnapshotBuilder builder(NoLog);
  const auto first = builder.Apply(data.dataset(), {}, 0);
  const auto* const shared = first->FindDynamic("a.example.org");
  CHECK(first->FindDynamic("b.example.org") == shared);
  CHECK(shared->own == nullptr);
  const auto* const c = first->FindDynamic("c.example.org");
  REQUIRE(c->own != nullptr);
  CHECK(c->own->name == "c.example.org");
  CHECK(first->FindDynamic("d.example.org")->own->name == "d.example.org");

  // More different ones than are kept after they have gone.
  auto name = on_groups;
  for (uint32_t ttl = 100; ttl < 300; ++ttl) {
    name.config.ttl_seconds = ttl;
    name.config.answers = 1 + ttl % 2;
    data.Set("b.example.org", name);
    const auto next = builder.Apply(data.dataset(), {}, 0);
    const auto* const b = next->FindDynamic("b.example.org");
    CHECK(b->ttl_seconds == ttl);
    CHECK(b->answers == 1 + ttl % 2);
    CHECK(next->FindDynamic("a.example.org") == shared);
  }
  data.Set("b.example.org", on_groups);
  const auto last = builder.Apply(data.dataset(), {}, 0);
  CHECK(last->FindDynamic("b.example.org") == shared);
}

TEST_CASE("a changed zone leaves the owners of other zones as they are") {
  DatasetText data;
  for (const char* const zone : {"example.org", "example.net"}) {
    data.Set(zone, DatasetText::Apex());
    for (int i = 0; i < 30; ++i) {
      data.Set(absl::StrFormat("n%d.%s", i, zone),
               DatasetText::OnGroups({"g1", "g2"}));
    }
  }
  SnapshotBuilder builder(NoLog);
  auto before = builder.Apply(data.dataset(), {}, 0);
  const auto differing = [&](const DatasetText::Name& apex) {
    data.Set("example.net", apex);
    const auto after = builder.Apply(data.dataset(), {}, 0);
    std::vector<std::string> names;
    OwnerMap::ForEachDifference(
        *before->owners, *after->owners,
        [&](const Owner*, const Owner* is) { names.emplace_back(is->name); });
    before = after;
    return names;
  };
  auto apex = DatasetText::Apex();
  // What the apex answers itself is its own.
  apex.config.on_empty = redis::OnEmpty::kServfail;
  CHECK(differing(apex).size() <= 1);
  apex.config.records_json = R"([{"name":"www","type":"TXT","content":"t"}])";
  auto names = differing(apex);
  CHECK(names.size() == 32);
  CHECK(std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with("example.net");
  }));
  CHECK(before->FindOwner("www.example.net")->records.size() == 1);
  CHECK(before->FindOwner("n1.example.org")->zone ==
        before->FindOwner("example.org")->zone);
  apex.skip_a = {"192.0.2.3"};
  names = differing(apex);
  // Those that are answered, and the apex.
  CHECK(names.size() == 31);
  CHECK_FALSE(before->FindDynamic("n1.example.net")->skip[0]->empty());
  CHECK(before->FindDynamic("n1.example.org")->skip[0]->empty());
}

TEST_CASE("a ring that no name uses any more gives its place away") {
  DatasetText data;
  data.SetGroup("g1", {"192.0.2.1"}, {});
  data.SetGroup("g2", {"192.0.2.2"}, {});
  data.Set("a.test", DatasetText::OnGroups({"g1"}));
  SnapshotBuilder builder(NoLog);
  builder.Apply(data.dataset(), {}, 0);
  for (int i = 0; i < 5; ++i) {
    const auto groups = i % 2 == 0 ? std::vector<std::string>{"g2"}
                                   : std::vector<std::string>{"g1"};
    data.Set("a.test", DatasetText::OnGroups(groups));
    const auto snapshot = builder.Apply(data.dataset(), {}, 0);
    CHECK(snapshot->rings.size() == 2);
    CHECK(snapshot->RingOf(*snapshot->FindDynamic("a.test"))->groups[0]->name ==
          groups[0]);
  }
}

}  // namespace
}  // namespace groupring::backend
