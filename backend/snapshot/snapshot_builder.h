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
#include "absl/container/flat_hash_set.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/log.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"

namespace groupring::backend {

// Not thread-safe. What did not change is shared with the snapshot before: a
// changed group makes new views of its rings only.
class SnapshotBuilder {
 public:
  // Answers are recorded in `holds`, which outlives the snapshots; null: nobody
  // answers from them.
  explicit SnapshotBuilder(LogSink log, CacheHolds* holds = nullptr);

  std::shared_ptr<const Snapshot> Apply(const redis::Dataset& dataset,
                                        const redis::DatasetChange& change,
                                        int64_t unix_millis);

  // From the next Apply on these groups have these states besides those in
  // Redis; see redis::GroupData::local. Groups whose state changes have to be
  // among those that the Apply says have changed.
  using LocalStates =
      absl::flat_hash_map<std::string,
                          std::shared_ptr<const redis::GroupState>>;
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

  // Replaces SOA and RECORDS that make no sense by those that are served in
  // their place, for who is to begin with that dataset. REQUIRES: the dataset
  // is the one of the last Apply.
  void PutInForce(redis::Dataset* dataset) const;

  // How many values cannot be served as they stand or lack something, at
  // present.
  size_t complaints() const { return complained_.size(); }

 private:
  using GroupList = std::vector<redis::WeightedGroup>;

  // Names on the same groups with the same PANIC have a view together.
  struct ViewKey {
    std::shared_ptr<const redis::GroupList> list;
    std::optional<uint32_t> panic_percent;

    bool operator==(const ViewKey&) const = default;
    template <typename H>
    friend H AbslHashValue(H state, const ViewKey& key) {
      return H::combine(std::move(state), key.list, key.panic_percent);
    }
  };

  // Of one view: see RingView. Those of the same groups share their rings.
  struct Rings {
    ViewKey key;
    std::shared_ptr<const hashing::Ring> ring;
    std::shared_ptr<const hashing::Ring> weightless;
  };

  void RebuildZones(const redis::Dataset& dataset);
  void RebuildNames(const redis::Dataset& dataset);
  std::shared_ptr<const DynamicName> BuildName(
      const std::shared_ptr<const redis::NameData>& data);
  uint32_t RingFor(const redis::NameData& name);
  Rings RingsOf(const ViewKey& key);  // not in rings_ yet
  std::shared_ptr<const hashing::Ring> BuildRing(
      std::vector<hashing::RingGroup> groups);
  void RebuildRings(const redis::Dataset& dataset,
                    const redis::DatasetChange& change, bool names_changed);
  std::shared_ptr<const RingView> BuildView(const redis::Dataset& dataset,
                                            const RingView* before,
                                            const Rings& rings) const;
  // Logs what is new and what is settled since the last time, and keeps all of
  // it in the snapshot.
  void Report(std::vector<std::string> complaints,
              std::vector<std::string> shortcomings);
  std::shared_ptr<const Snapshot> Finish(int64_t unix_millis);

  struct BuiltZone {
    std::shared_ptr<const redis::NameData> from;
    std::shared_ptr<const Zone> zone;
    std::vector<std::string> complaints;
  };

  const LogSink log_;
  CacheHolds* const holds_;
  LocalStates local_;
  std::shared_ptr<const redis::HealthConclusions> health_;
  const std::shared_ptr<const redis::SkipList> nothing_skipped_ =
      std::make_shared<redis::SkipList>();
  absl::flat_hash_map<std::string, BuiltZone> zones_;
  absl::flat_hash_map<std::string, std::shared_ptr<const DynamicName>> names_;
  // By index into current_.rings.
  std::vector<Rings> rings_;
  absl::flat_hash_map<ViewKey, uint32_t> ring_index_;
  // The first of each list in rings_. A list that was there before keeps its
  // ring, because owner tables belong to rings.
  using ListIndex =
      absl::flat_hash_map<std::shared_ptr<const GroupList>, uint32_t>;
  ListIndex list_index_;
  std::vector<Rings> rings_before_;  // during a rebuild of the names
  ListIndex list_index_before_;
  absl::flat_hash_set<std::string> complained_;
  std::vector<std::string> pending_complaints_;
  Snapshot current_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_SNAPSHOT_BUILDER_H_
