// Fills pools of draws with what SRANDMEMBER draws.
#ifndef GROUPRING_REDIS_STORE_DRAW_FILLER_H_
#define GROUPRING_REDIS_STORE_DRAW_FILLER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/model/dataset.h"

namespace groupring::redis {

// Not thread-safe; consumers take from the pools meanwhile.
class DrawFiller {
 public:
  // The sets of `dataset` are the ones to fill from the next Round on.
  void SetsChanged() { stale_ = true; }

  // Fills pools that want draws, at most some thousand draws in one pipeline,
  // so that a change of the data never waits long. Returns whether pools are
  // left that want some. Counts members into *draws.
  absl::StatusOr<bool> Round(const Dataset& dataset, Connection* connection,
                             std::atomic<uint64_t>* draws);

 private:
  void CollectSets(const Dataset& dataset);

  bool stale_ = true;
  std::vector<std::shared_ptr<const AddressSet>> sets_;  // none is empty
  size_t next_ = 0;  // where the next Round goes on
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_DRAW_FILLER_H_
