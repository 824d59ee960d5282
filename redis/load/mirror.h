// The dataset, and how what was read becomes part of it.
#ifndef GROUPRING_REDIS_LOAD_MIRROR_H_
#define GROUPRING_REDIS_LOAD_MIRROR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "redis/load/build.h"
#include "redis/load/group_lists.h"
#include "redis/load/key_reader.h"
#include "redis/model/data_returned.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Names and groups built from readings, not yet part of the dataset.
struct Staged {
  // A null name does not exist in Redis.
  absl::flat_hash_map<std::string, std::shared_ptr<const NameData>> names;
  absl::flat_hash_map<std::string, std::shared_ptr<const GroupData>> groups;
  Findings findings;
  // Nothing leaves it as it is; null: there are no entries.
  std::optional<std::shared_ptr<const AffinityEntries>> affinity;
  // How many fields of `groupring:affinity` make no entry; nothing leaves the
  // number as it is.
  std::optional<size_t> affinity_left_out;
  // Of the dataset; nothing leaves it as it is.
  std::optional<int64_t> generation;
  std::optional<int64_t> accepted_unix_millis;
};

// What Redis holds compared with the dataset that it is to replace.
struct LossEvidence {
  absl::flat_hash_set<std::string> names;  // in Redis
  DataReturned of_known;
  bool quiet = false;     // nothing has changed since the comparison before
  bool accepted = false;  // an operator says that it is meant
  bool flushed = false;   // all keys were deleted while it was read
};

// Not thread-safe. A reading is staged first, because the groups that it
// mentions must be read before it can be seen, and because it may turn out
// not to be trusted.
class Mirror {
 public:
  explicit Mirror(Schema schema = Schema::kGroupring) {
    dataset_.schema = schema;
  }

  // Takes up a dataset from elsewhere, before anything is staged.
  void Adopt(const Dataset& dataset);

  const Dataset& dataset() const { return dataset_; }

  // Fields of `groupring:affinity` that make no entry, when all were last read.
  size_t affinity_left_out() const { return affinity_left_out_; }

  // Of everything that was read. `quiet` and `accepted` are the caller's.
  LossEvidence Compare(const Staged& staged) const;

  // Whether no name would be left after Commit(staged) where there were some.
  bool LeavesNoName(const Staged& staged) const;

  void Stage(const std::vector<NameReading>& readings, Staged* staged);
  void Stage(const std::vector<GroupReading>& readings, Staged* staged) const;
  void StageAffinity(const RawValue& reading, Staged* staged) const;

  // Once names are staged, and before their groups are: applies the rules that
  // concern several names.
  void ApplyRules(Staged* staged) const;

  // Groups that are not staged: those of staged names that the dataset lacks,
  // or else (`all`) every group that names refer to after Commit(staged).
  KeySelection GroupsOf(const Staged& staged, bool all) const;

  // Makes the staged part of the dataset, drops groups that no name refers to,
  // and says what has changed.
  DatasetChange Commit(const Staged& staged);

 private:
  Dataset dataset_;
  size_t affinity_left_out_ = 0;
  GroupLists lists_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_MIRROR_H_
