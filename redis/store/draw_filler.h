// Fills pools of draws with what SRANDMEMBER draws.
#ifndef GROUPRING_REDIS_STORE_DRAW_FILLER_H_
#define GROUPRING_REDIS_STORE_DRAW_FILLER_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Not thread-safe; consumers take from the pools meanwhile.
class DrawFiller {
 public:
  // From the next Round on the sets are those of the dataset, in which this has
  // changed. Names without addresses of their own cost nothing more than that.
  void SetsChanged(const Dataset& dataset, const DatasetChange& change);

  // Fills pools that want draws, at most some thousand draws in one pipeline,
  // so that a change of the data never waits long. Returns whether pools are
  // left that want some. Counts members into *draws.
  absl::StatusOr<bool> Round(Connection* connection,
                             std::atomic<uint64_t>* draws);

 private:
  using Sets = std::array<std::shared_ptr<const AddressSet>, kFamilies>;
  using SetsOf = absl::flat_hash_map<std::string, Sets>;

  // Takes up the sets of an owner, if it has some now.
  template <typename Map>
  void Take(const Map& owners, const std::string& owner, SetsOf* sets);
  void ListSets();

  // Of those that have a member.
  SetsOf of_groups_;
  SetsOf of_names_;
  bool stale_ = false;  // sets_ is not made of them
  std::vector<std::shared_ptr<const AddressSet>> sets_;  // none is empty
  size_t next_ = 0;  // where the next Round goes on
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_DRAW_FILLER_H_
