// The store's dataset, and who is told of its changes.
#ifndef GROUPRING_REDIS_STORE_PUBLISHER_H_
#define GROUPRING_REDIS_STORE_PUBLISHER_H_

#include <cstddef>
#include <utility>

#include "redis/base/clock.h"
#include "redis/load/mirror.h"
#include "redis/model/dataset.h"
#include "redis/store/store.h"

namespace groupring::redis {

// Not thread-safe.
class Publisher {
 public:
  // The pointers outlive this object. Begins with what is known.
  Publisher(const KnownData& known, const Clock* clock, StoreStats* stats,
            Schema schema, Store::Listener listener);

  Mirror* mirror() { return &mirror_; }
  const Dataset& dataset() const { return mirror_.dataset(); }

  // Makes what is staged part of the dataset, which is then what Redis holds.
  // Tells the listener what has changed, if anything has, or (`everything`)
  // that all has. Returns how many names and groups have changed, the affinity
  // of networks counted as one.
  size_t Commit(const Staged& staged, bool everything = false);

  // Tells the listener of the dataset as it is.
  void PublishAll();

 private:
  void Publish(const DatasetChange& change);

  const Clock* const clock_;
  StoreStats* const stats_;
  const Store::Listener listener_;
  Mirror mirror_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_PUBLISHER_H_
