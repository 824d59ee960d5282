// The names of each zone in canonical order (RFC 4034, 6.1): which names stand
// before and behind a name, for NSEC records.
#ifndef GROUPRING_BACKEND_SNAPSHOT_NAME_ORDER_H_
#define GROUPRING_BACKEND_SNAPSHOT_NAME_ORDER_H_

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/snapshot/owner_index.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Whether `a` stands before `b`. Both canonical as text.
bool PrecedesInOrder(std::string_view a, std::string_view b);

// The order of one version of the owners. Thread-safe.
//
// It is made when somebody asks for the first time, with 16 bytes for each
// name. Until then it is an empty object. Making it sorts all names, unless a
// version shortly before was asked about: then it costs a copy of that one, and
// what has changed since. An order that is the base of the next ones keeps its
// version of the owners in memory, for as long as kMostUnasked versions.
class NameOrder {
 public:
  // Versions that nobody asks about, after which the last order that was made
  // is forgotten.
  static constexpr int kMostUnasked = 64;

  // Of the version that follows the one of `before`, which may be null.
  static std::shared_ptr<const NameOrder> After(
      const std::shared_ptr<const NameOrder>& before);

  // Whether Around answers at once, with a search and nothing else.
  bool is_made() const { return is_made_.load(std::memory_order_acquire); }

  // Names of the zone, or apexes of zones right below it: those that have
  // records and are not below a delegation.
  struct Neighbours {
    std::string_view before;  // the name itself, if it is one of them
    std::string_view after;   // behind the last comes the apex
  };

  // `snapshot` is the one that this is the order of, and keeps what the views
  // point into. `name` is canonical, and the apex of the zone or below it.
  // May take long if the order is not made: see above.
  Neighbours Around(const Snapshot& snapshot, const Zone& zone,
                    std::string_view name) const;

 private:
  struct Entry {
    const Zone* zone;
    const Owner* owner;
  };
  using Entries = std::vector<Entry>;
  struct Made {
    std::shared_ptr<const OwnerMap> owners;  // the entries point into them
    Zones zones;
    Entries entries;  // by the number of the zone, then by name
  };

  static bool Less(const Entry& a, const Entry& b);
  static void AddEntries(const Snapshot& snapshot, const Owner& owner,
                         Entries* to);
  static std::shared_ptr<const Made> Make(const Snapshot& snapshot,
                                          const Made* base);
  // False, with *to as it was: so much has changed that sorting costs less.
  static bool Follow(const Snapshot& snapshot, const Made& base, Entries* to);
  std::shared_ptr<const Made> Get(const Snapshot& snapshot) const;

  mutable std::atomic<bool> is_made_{false};
  mutable Mutex making_;  // held for as long as that takes
  mutable Mutex mutex_;
  mutable std::shared_ptr<const Made> made_ ABSL_GUARDED_BY(mutex_);
  // To begin with; null once it is made.
  mutable std::shared_ptr<const Made> base_ ABSL_GUARDED_BY(mutex_);
  int unasked_ ABSL_GUARDED_BY(mutex_) = 0;  // versions since that of base_
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_NAME_ORDER_H_
