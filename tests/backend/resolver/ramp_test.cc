// Drains and fills by the clock, over every slot, as a node answers them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backend/change/balance_changes.h"
#include "backend/change/group_changes.h"
#include "backend/resolver/group_choice.h"
#include "backend/snapshot/snapshot_builder.h"
#include "hashing/ring.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using hashing::kSlots;
using Owners = std::vector<uint8_t>;  // of each slot, the ring's index

// A node that read Redis once; only its clock goes on.
class Node {
 public:
  explicit Node(const redis::Dataset& dataset) {
    redis::DatasetChange everything;
    everything.everything = true;
    snapshot_ = SnapshotBuilder([](Severity, const std::string&) {
                }).Apply(dataset, everything, kNow);
    name_ = snapshot_->FindOwner("ftp.example.org")->dynamic.get();
  }

  size_t IndexOf(const std::string& group) const {
    return ring().ring->IndexOf(group).value();
  }

  Owners At(int64_t unix_millis) const {
    Owners owners(kSlots);
    hashing::RingOrder order;
    size_t split = 0;
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      const GroupChoice choice =
          ChooseGroups(ring(), slot, unix_millis, name_->skip, &order);
      if (choice[0].group != choice[1].group) ++split;
      owners[slot] = static_cast<uint8_t>(choice[0].group);
    }
    CHECK(split == 0);
    return owners;
  }

 private:
  const RingView& ring() const { return *snapshot_->rings[name_->ring]; }

  std::shared_ptr<const Snapshot> snapshot_;
  const DynamicName* name_;
};

struct Tally {
  size_t left = 0;      // from the group to others
  size_t returned = 0;  // to the group
  size_t others = 0;    // between other groups
};

Tally Compare(const Owners& before, const Owners& after, size_t group) {
  Tally tally;
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    if (before[slot] == after[slot]) continue;
    if (before[slot] == group) {
      ++tally.left;
    } else if (after[slot] == group) {
      ++tally.returned;
    } else {
      ++tally.others;
    }
  }
  return tally;
}

size_t SlotsOf(const Owners& owners, size_t group) {
  return static_cast<size_t>(
      std::count(owners.begin(), owners.end(), static_cast<uint8_t>(group)));
}

TEST_CASE("by the clock a drain moves each slot at most once, a fill back") {
  const redis::Dataset whole = ThreeGroups().dataset();
  const Owners before = Node(whole).At(kNow);
  const Change drain = Made(DrainGroup(whole, "g2", "100s", "", AnaNow()));
  const redis::Dataset drained = Written(drain, whole);
  const Node draining(drained);
  const size_t g2 = draining.IndexOf("g2");
  const size_t slots = SlotsOf(before, g2);

  Owners last = before;
  size_t moved = 0;
  for (int64_t second = 0; second <= 100; second += 10) {
    const Owners now = draining.At(kNow + second * 1000);
    const Tally tally = Compare(last, now, g2);
    CAPTURE(second);
    CHECK(tally.returned == 0);
    CHECK(tally.others == 0);
    moved += tally.left;
    CHECK(static_cast<double>(moved) / static_cast<double>(slots) ==
          Approx(static_cast<double>(second) / 100).margin(0.005));
    last = now;
  }
  CHECK(SlotsOf(last, g2) == 0);

  Occasion later = AnaNow();
  later.unix_millis += 150'000;
  const Change fill = Made(FillGroup(drained, "g2", "100s", "", later));
  const Node filling(Written(fill, drained));
  for (int64_t second = 150; second <= 250; second += 10) {
    const Owners now = filling.At(kNow + second * 1000);
    const Tally tally = Compare(last, now, g2);
    CAPTURE(second);
    CHECK(tally.left == 0);
    CHECK(tally.others == 0);
    // On the way back each slot is where it was before the drain, or where
    // the drain had put it.
    CHECK(Compare(now, before, g2).returned + SlotsOf(now, g2) == slots);
    last = now;
  }
  CHECK(last == before);
}

TEST_CASE("a fill in the middle of a drain begins where the drain is") {
  const redis::Dataset whole = ThreeGroups().dataset();
  const Owners before = Node(whole).At(kNow);
  const Change drain = Made(DrainGroup(whole, "g2", "100s", "", AnaNow()));
  const redis::Dataset drained = Written(drain, whole);
  const Node draining(drained);
  const size_t g2 = draining.IndexOf("g2");

  Occasion later = AnaNow();
  later.unix_millis += 60'000;
  const Owners middle = draining.At(later.unix_millis);
  const Node filling(
      Written(Made(FillGroup(drained, "g2", "50s", "", later)), drained));
  const Owners turned = filling.At(later.unix_millis);
  const Tally turn = Compare(middle, turned, g2);
  CHECK(turn.left == 0);
  CHECK(turn.others == 0);
  // A ramp starts at a full second.
  CHECK(turn.returned <= SlotsOf(before, g2) / 50 + 1);
  CHECK(filling.At(later.unix_millis + 30'000) == before);
}

TEST_CASE("by the clock weights move each slot once, and nobody needlessly") {
  const redis::Dataset before = ThreeGroups().dataset();
  const redis::Dataset changing =
      Written(Made(BalanceName(before, {},
                               {"ftp.example.org", "", "day", "g1=150", "100s"},
                               AnaNow())),
              before);
  redis::Dataset after = Written(
      Made(BalanceName(before, {}, {"ftp.example.org", "", "day", "g1=150"},
                       AnaNow())),
      before);
  const Owners first = Node(before).At(kNow);
  const Owners last = Node(after).At(kNow);
  const Node node(changing);
  CHECK(node.At(kNow) == first);
  CHECK(node.At(kNow + 100'000) == last);
  const size_t g1 = node.IndexOf("g1");
  Owners owners = first;
  for (const int64_t seconds : {25, 50, 75}) {
    const Owners now = node.At(kNow + seconds * 1000);
    size_t wrong = 0;
    for (uint32_t slot = 0; slot < kSlots; ++slot) {
      if (now[slot] != first[slot] && now[slot] != last[slot]) ++wrong;
      if (owners[slot] != first[slot] && now[slot] != owners[slot]) ++wrong;
    }
    CHECK(wrong == 0);
    const Tally tally = Compare(owners, now, g1);
    CHECK(tally.left == 0);
    CHECK(tally.others == 0);
    // A quarter of all that move.
    const size_t all = SlotsOf(last, g1) - SlotsOf(first, g1);
    CHECK(tally.returned > all / 4 - all / 20);
    CHECK(tally.returned < all / 4 + all / 20);
    owners = now;
  }
}

}  // namespace
}  // namespace groupring::backend
