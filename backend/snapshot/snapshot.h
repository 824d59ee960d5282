// The immutable state that one query sees.
//
//   Snapshot ── owners: owner name ─→ Owner ─┬─ dynamic ─→ ring (index), sets
//            │                               ├─ apex of a zone
//            │                               └─ static records, or none below
//            ├─ rings: RingView, shared by the names with the same groups
//            ├─ affinity: networks that hash as one
//            └─ zones
//
// Names and rings change apart: a group that changes makes new RingViews but
// no new owners, and a name that changes makes that owner and those above it
// again. Neither depends on how many names there are.
#ifndef GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_H_
#define GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "backend/snapshot/affinity_table.h"
#include "backend/snapshot/cache_holds.h"
#include "backend/snapshot/dynamic_name.h"
#include "backend/snapshot/name_class.h"
#include "backend/zones/zone.h"
#include "hashing/owner_table.h"
#include "hashing/ring.h"
#include "redis/base/shared_map.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// A ring with the groups that stand on it now.
struct RingView {
  std::shared_ptr<const hashing::Ring> ring;
  // The groups of weight 0, which are out of service, as a ring of equal
  // weights: it decides who answers a slot when nobody in service does. Null
  // when there are none.
  std::shared_ptr<const hashing::Ring> weightless;
  // By the ring's index; behind them the weightless ones, by theirs. Never
  // null.
  std::vector<std::shared_ptr<const redis::GroupData>> groups;
  // Groups that may ever answer while no key changes: all but those disabled
  // without an end. By the ring's index.
  std::vector<bool> eligible;
  // Null while there is none for exactly this ring and these eligible groups.
  std::shared_ptr<const hashing::OwnerTable> table;
  // Where answers of each of the groups are recorded, by their index; empty
  // where nobody records them (in commands).
  std::vector<std::shared_ptr<CacheHold>> holds;
  // Whether any group has, or had, an address of the family.
  std::array<bool, redis::kFamilies> has_family{};
  // Health would leave too little in service and is ignored.
  std::array<bool, redis::kFamilies> panics{};
  // While weights change gradually: the same groups, at the same indexes, with
  // the weights that slots go by which the course has not come to. Null: there
  // is no course. It stays when the course has ended.
  std::shared_ptr<const hashing::Ring> earlier;
  redis::WeightCourse course;
};

// Who has the say at a name: the zone, or one that it delegates to. A
// delegation is an NS record below the apex (RFC 4035, 2.2).
enum class Authority : uint8_t {
  kOurs,
  kDelegation,       // of its records DS alone is ours
  kBelowDelegation,  // nothing is: addresses of name servers
};

// The name of an owner, canonical. Up to 32 characters are kept in the object:
// a look-up compares them, and of many thousand names hardly any is in the
// processor's caches.
class OwnerName {
 public:
  OwnerName() = default;
  explicit OwnerName(std::string_view text) : text_(text.begin(), text.end()) {}

  std::string_view view() const { return {text_.data(), text_.size()}; }
  // As of std::string. NOLINTNEXTLINE(google-explicit-constructor)
  operator std::string_view() const { return view(); }
  std::string str() const { return std::string(view()); }
  bool empty() const { return text_.empty(); }
  bool operator==(const OwnerName& other) const {
    return view() == other.view();
  }
  bool operator<(const OwnerName& other) const { return view() < other.view(); }

 private:
  absl::InlinedVector<char, 32> text_;
};

// The static records at an owner name, which nearly all names are without.
// Copies share them.
class OwnerRecords {
 public:
  using List = std::vector<const StaticRecord*>;

  OwnerRecords() = default;
  explicit OwnerRecords(List list) {
    if (!list.empty()) list_ = std::make_shared<const List>(std::move(list));
  }

  bool empty() const { return list_ == nullptr; }
  size_t size() const { return empty() ? 0 : list_->size(); }
  const StaticRecord* const* begin() const {
    return empty() ? nullptr : list_->data();
  }
  const StaticRecord* const* end() const { return begin() + size(); }

 private:
  std::shared_ptr<const List> list_;  // null: none
};

// Everything at one owner name. An owner with nothing of its own is an empty
// non-terminal: it exists because of names below it.
//
// What a look-up needs comes first and takes few bytes: of many thousand owners
// few are in the processor's caches.
struct Owner {
  std::shared_ptr<const DynamicName> dynamic;  // null: none
  // One of the snapshot's; null: outside every zone we hold.
  const Zone* zone = nullptr;
  OwnerRecords records;  // of *zone
  bool is_apex = false;
  Authority authority = Authority::kOurs;
  OwnerName name;
  // What Redis holds for the name; null where nothing is dynamic.
  std::shared_ptr<const redis::NameData> data;
};

using OwnerMap = SharedMap<Owner>;

class NameOrder;

struct Snapshot {
  std::shared_ptr<const OwnerMap> owners;
  // Of these owners; null where there are none.
  std::shared_ptr<const NameOrder> order;
  // Of all dynamic names; never null.
  std::shared_ptr<const NameClasses> classes = std::make_shared<NameClasses>();
  std::vector<std::shared_ptr<const Zone>> zones;  // sorted by name
  std::vector<std::shared_ptr<const RingView>> rings;
  // Which networks hash as one; null: each for itself.
  std::shared_ptr<const AffinityTable> affinity;
  uint64_t generation = 0;  // counts the snapshots of this process
  int64_t built_unix_millis = 0;
  // Higher with each change of the dataset: the unix second of the change, or
  // one more than before.
  uint32_t serial = 0;
  int64_t redis_generation = 0;  // Dataset::generation
  // Values that cannot be served as they stand, a sentence each, sorted; never
  // null.
  std::shared_ptr<const std::vector<std::string>> complaints =
      std::make_shared<std::vector<std::string>>();
  // What is served as it stands and lacks something, likewise.
  std::shared_ptr<const std::vector<std::string>> shortcomings =
      std::make_shared<std::vector<std::string>>();

  // Null when there is nothing at or below the name. `name` is canonical.
  const Owner* FindOwner(std::string_view name) const {
    const OwnerMap::Pointer* const owner = owners->Get(name);
    return owner == nullptr ? nullptr : owner->get();
  }
  // Null when nothing is answered dynamically there.
  const DynamicName* FindDynamic(std::string_view name) const {
    const Owner* owner = FindOwner(name);
    return owner == nullptr ? nullptr : owner->dynamic.get();
  }
  // Null for a name with addresses of its own.
  const RingView* RingOf(const DynamicName& name) const {
    return name.ring == kNoRing ? nullptr : rings[name.ring].get();
  }
  const Zone* FindZone(std::string_view name) const;
  const Zone* FindZoneById(int64_t id) const;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_H_
