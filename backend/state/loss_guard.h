// Tells a change from a loss: an empty database, an empty replica, the wrong
// database number, FLUSHALL. What looks like the loss of everything at once
// is not believed.
#ifndef GROUPRING_BACKEND_STATE_LOSS_GUARD_H_
#define GROUPRING_BACKEND_STATE_LOSS_GUARD_H_

#include <string>

#include "redis/model/dataset.h"

namespace groupring::backend {

// Not thread-safe.
class LossGuard {
 public:
  // Whether `now` may take the place of `believed`, the last dataset that was
  // believed. Once everything has been lost, it takes half of the names that
  // were there to return, so that a database which is being filled again does
  // not take the rest of them away; or the operator's word, `accepted`.
  bool Believes(const redis::Dataset& believed, const redis::Dataset& now,
                bool accepted);

  // Whether the last dataset was not believed.
  bool doubting() const { return doubting_; }

 private:
  bool doubting_ = false;
};

// Takes over, for sets that are empty now and whose last good members nobody
// knows any more (after a start, or at another Redis), what `before` knows.
redis::Dataset WithLastGoodOf(const redis::Dataset& now,
                              const redis::Dataset& before);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_LOSS_GUARD_H_
