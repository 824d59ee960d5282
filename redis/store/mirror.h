// The dataset, and how what was read becomes part of it.
#ifndef GROUPRING_REDIS_STORE_MIRROR_H_
#define GROUPRING_REDIS_STORE_MIRROR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/model/dataset.h"
#include "redis/store/build.h"
#include "redis/store/group_lists.h"
#include "redis/store/hold.h"
#include "redis/store/reading.h"

namespace groupring::redis {

// Names and groups built from readings, not yet part of the dataset.
struct Staged {
  // A null name does not exist in Redis.
  absl::flat_hash_map<std::string, std::shared_ptr<const NameData>> names;
  absl::flat_hash_map<std::string, std::shared_ptr<const GroupData>> groups;
  Findings findings;
  // Of the dataset; nothing leaves it as it is.
  std::optional<int64_t> generation;
  std::optional<int64_t> accepted_unix_millis;

  size_t ExistingNames() const;
};

// Not thread-safe. A reading is staged first, because the groups that it
// mentions must be read before it can be seen, and because it may turn out
// not to be trusted.
class Mirror {
 public:
  // Takes up a dataset from elsewhere, before anything is staged.
  void Adopt(const Dataset& dataset);

  const Dataset& dataset() const { return dataset_; }

  // What has been staged, after everything was read, compared with the
  // dataset.
  HoldLook Look(const Staged& staged) const;

  // Whether no name would be left after Commit(staged) where there were some.
  bool LeavesNoName(const Staged& staged) const;

  void Stage(const std::vector<NameReading>& readings, Staged* staged);
  void Stage(const std::vector<GroupReading>& readings, Staged* staged) const;

  // The groups of staged names that neither the dataset nor `staged` has.
  std::vector<std::string> MissingGroups(const Staged& staged) const;

  // Every group that the names would refer to after Commit(staged).
  std::vector<std::string> AllGroups(const Staged& staged) const;

  // Makes the staged part of the dataset, drops groups that no name refers to,
  // and says what has changed.
  DatasetChange Commit(const Staged& staged);

 private:
  Dataset dataset_;
  GroupLists lists_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_MIRROR_H_
