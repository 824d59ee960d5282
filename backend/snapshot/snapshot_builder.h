// Turns the store's dataset, and each change of it, into snapshots.
#ifndef GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_BUILDER_H_
#define GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "backend/snapshot/complaint_book.h"
#include "backend/snapshot/name_class.h"
#include "backend/snapshot/owner_index.h"
#include "backend/snapshot/ring_book.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/log.h"
#include "redis/base/shared_map.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// Not thread-safe. What did not change is shared with the snapshot before: a
// changed group makes new views of its rings only, and a changed name a new
// owner. A zone that changes, or the skip list of its apex, makes all names
// again.
class SnapshotBuilder {
 public:
  // Answers are recorded in `holds`, which outlives the snapshots; null: nobody
  // answers from them.
  explicit SnapshotBuilder(LogSink log, CacheHolds* holds = nullptr);

  // Which names have changed is found by comparing them with those of the last
  // Apply; which groups, by `change`.
  std::shared_ptr<const Snapshot> Apply(const redis::Dataset& dataset,
                                        const redis::DatasetChange& change,
                                        int64_t unix_millis);

  // From the next Apply on these groups have these states besides those in
  // Redis; see redis::GroupData::local. Groups whose state changes have to be
  // among those that the Apply says have changed.
  using LocalStates = RingBook::LocalStates;
  void SetLocalStates(LocalStates states) { local_ = std::move(states); }

  // From the next Apply on health has this effect; null: none. Groups, and all
  // groups of lists, on which it has another effect have to be among those that
  // the Apply says have changed.
  void SetHealth(std::shared_ptr<const redis::HealthConclusions> health) {
    health_ = std::move(health);
  }

  // A copy of the last snapshot with `table` in the views that it fits. Null
  // when it fits none.
  std::shared_ptr<const Snapshot> AdoptTable(
      const std::shared_ptr<const hashing::OwnerTable>& table,
      int64_t unix_millis);

  // Replaces malformed SOA and RECORDS by those that are served in their place,
  // for a builder that begins with that dataset. REQUIRES: the dataset is the
  // one of the last Apply.
  void PutInForce(redis::Dataset* dataset) const;

  // How many values cannot be served as they stand or lack something, at
  // present.
  size_t complaints() const { return complaints_.size(); }

 private:
  // What an answer goes by at a name on a ring.
  struct RingAnswer {
    NameClass name_class;
    uint32_t ttl_seconds;
    uint32_t answers;

    bool operator==(const RingAnswer&) const = default;
    template <typename H>
    friend H AbslHashValue(H state, const RingAnswer& a) {
      return H::combine(std::move(state), a.name_class, a.ttl_seconds,
                        a.answers);
    }
  };
  struct BuiltZone {
    std::shared_ptr<const redis::NameData> from;
    std::shared_ptr<const Zone> zone;
  };

  // What a change of a name may change besides the name.
  enum class Concerns { kItself, kItsZone, kEverything };
  static Concerns ConcernsOf(const redis::NameData* was,
                             const redis::NameData* is);
  // Takes up a zone that was one before.
  void UpdateZone(const redis::Dataset& dataset, const std::string& name);
  // Takes up all names, with new zones.
  void Rebuild(const redis::Dataset& dataset);
  void BuildZones(const redis::Dataset& dataset);
  // Takes up one name as it is in the dataset.
  void UpdateName(const redis::Dataset& dataset, const std::string& name,
                  const std::shared_ptr<const DynamicName>& before);
  // How the name is answered, and what is wrong with it; null: it is not.
  std::shared_ptr<const DynamicName> Build(
      const std::shared_ptr<const redis::NameData>& data,
      const DynamicName* before);
  std::shared_ptr<const DynamicName> BuildName(
      const std::shared_ptr<const redis::NameData>& data,
      const DynamicName* before, ComplaintBook::Sentences* complaints);
  // The object of all names on a ring that are answered like this one.
  std::shared_ptr<const DynamicName> Shared(DynamicName name);
  // A name that was built is one of the snapshot from now on, or no more.
  void Enter(const std::shared_ptr<const DynamicName>& name);
  void Leave(const DynamicName& name);
  std::shared_ptr<const Snapshot> Finish(int64_t unix_millis);

  LocalStates local_;
  std::shared_ptr<const redis::HealthConclusions> health_;
  const std::shared_ptr<const redis::SkipList> nothing_skipped_ =
      std::make_shared<redis::SkipList>();
  ComplaintBook complaints_;
  absl::flat_hash_map<std::string, BuiltZone> zones_;
  SharedMap<redis::NameData> names_;  // of the last Apply
  OwnerIndex owners_;
  RingBook rings_;
  std::vector<uint32_t> released_;  // places in rings_, at the end of an Apply
  absl::flat_hash_map<RingAnswer, std::weak_ptr<const DynamicName>> shared_;
  // At this size of shared_ the entries that no name has any more are removed.
  size_t clean_at_ = 64;
  NameClasses classes_;
  bool classes_changed_ = false;
  Snapshot current_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_BUILDER_H_
