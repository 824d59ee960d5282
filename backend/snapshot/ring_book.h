// The rings of a snapshot, each at its place, and the names that use them.
#ifndef GROUPRING_BACKEND_SNAPSHOT_RING_BOOK_H_
#define GROUPRING_BACKEND_SNAPSHOT_RING_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "backend/snapshot/complaint_book.h"
#include "backend/snapshot/snapshot.h"
#include "hashing/owner_table.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// Names on the same groups with the same PANIC have a view together; those on
// the same groups share their rings, because owner tables belong to rings. A
// place that no name uses holds a view without groups until another one needs
// it. Not thread-safe.
class RingBook {
 public:
  using Views = std::vector<std::shared_ptr<const RingView>>;
  using LocalStates =
      absl::flat_hash_map<std::string,
                          std::shared_ptr<const redis::GroupState>>;

  // Of what views are made.
  struct Sources {
    const redis::Dataset* dataset = nullptr;
    const LocalStates* local = nullptr;
    const redis::HealthConclusions* health = nullptr;  // may be null
  };

  // Answers are recorded in `holds`; null: nobody answers. Both outlive it.
  RingBook(CacheHolds* holds, ComplaintBook* complaints);

  // The place of the name's ring, which it uses from now on.
  uint32_t Acquire(const redis::NameData& name);
  // One name uses it no more. Call it after each Acquire of a change, so that a
  // ring does not end in between.
  void Release(uint32_t place);

  // Makes the views again that have any of these groups, or (`all`) all,
  // besides those of new places.
  void Update(const Sources& sources, const std::vector<std::string>& groups,
              bool all);
  // Gives the table to the views that it fits. Returns whether there are any.
  bool Adopt(const std::shared_ptr<const hashing::OwnerTable>& table);

  const Views& views() const { return views_; }

 private:
  struct Key {
    std::shared_ptr<const redis::GroupList> list;
    std::optional<uint32_t> panic_percent;

    bool operator==(const Key&) const = default;
    template <typename H>
    friend H AbslHashValue(H state, const Key& key) {
      return H::combine(std::move(state), key.list, key.panic_percent);
    }
  };
  // See RingView.
  struct Rings {
    std::shared_ptr<const hashing::Ring> ring;
    std::shared_ptr<const hashing::Ring> earlier;
    std::shared_ptr<const hashing::Ring> weightless;
  };
  struct Place {
    Key key;
    Rings rings;
    size_t users = 0;
  };
  struct Shared {
    Rings rings;
    size_t places = 0;  // that have them
  };

  Rings RingsOf(uint32_t place, const redis::GroupList& list);
  std::shared_ptr<const RingView> BuildView(const Sources& sources,
                                            const RingView* before,
                                            const Place& place) const;

  CacheHolds* const holds_;
  ComplaintBook* const complaints_;
  const std::shared_ptr<const RingView> nothing_;
  std::vector<Place> places_;
  std::vector<uint32_t> free_;  // without users
  absl::flat_hash_map<Key, uint32_t> place_of_;
  absl::flat_hash_map<std::shared_ptr<const redis::GroupList>, Shared> shared_;
  absl::flat_hash_map<std::string, absl::flat_hash_set<uint32_t>> places_of_;
  absl::flat_hash_set<uint32_t> new_;  // without a view
  Views views_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_RING_BOOK_H_
