// What a simulation asks: the product's own snapshot, resolver and changes,
// over a dataset in memory.
#ifndef GROUPRING_BACKEND_SIMULATE_WORLD_H_
#define GROUPRING_BACKEND_SIMULATE_WORLD_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "backend/resolver/resolver.h"
#include "backend/resolver/slot_counts.h"
#include "backend/snapshot/snapshot_builder.h"
#include "redis/base/random.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Not thread-safe.
class SimulatedWorld {
 public:
  // Begins with this data; addresses of groups are replaced by ones that tell
  // the groups apart. `random` outlives it.
  SimulatedWorld(redis::Dataset start, Random* random);

  // One event: a change as the commands call it ("group drain g1 --over 30m"),
  // or "kill g1" and "return g1", after which each address of the group is
  // down, or up again. A balance goes by the questions that have been asked so
  // far. kInvalidArgument, kNotFound and kFailedPrecondition as of the command.
  absl::Status Apply(const std::vector<std::string>& words,
                     int64_t unix_millis);

  // Gives networks labels, as `affinity import` reads them from lines.
  absl::Status Label(const std::vector<std::string>& lines);

  // The name that is asked: the one that is given, or the only one with groups.
  absl::Status Choose(const std::string& name);
  const std::string& name() const { return name_; }
  uint32_t ttl_seconds() const;

  // The group that answers this question; "" when nobody does.
  const std::string& Ask(std::string_view remote, std::string_view real_remote,
                         int64_t unix_millis);

  // Whether the question's network has a label.
  bool IsLabelled(std::string_view remote, std::string_view real_remote) const;

  // The groups of the name, sorted.
  std::vector<std::string> Groups() const;

 private:
  absl::Status Change(const std::vector<std::string>& words,
                      int64_t unix_millis);
  absl::Status SetDown(const std::string& group, bool is_down);
  void Furnish();
  void Rebuild(int64_t unix_millis);

  Random* const random_;
  redis::Dataset dataset_;
  std::set<std::string> furnished_;
  std::map<std::string, std::string, std::less<>> group_of_address_;
  std::string name_;
  SnapshotBuilder builder_;
  std::shared_ptr<const Snapshot> snapshot_;
  ResolverScratch scratch_;
  SlotCounts counts_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SIMULATE_WORLD_H_
