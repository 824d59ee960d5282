// The counts of all handlers of an engine.
#ifndef GROUPRING_BACKEND_ENGINE_COUNT_BOOK_H_
#define GROUPRING_BACKEND_ENGINE_COUNT_BOOK_H_

#include <memory>
#include <string_view>
#include <vector>

#include "backend/resolver/query_counts.h"
#include "backend/snapshot/cache_holds.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Thread-safe.
class CountBook {
 public:
  // `holds` gives the groups their numbers, and outlives the book.
  explicit CountBook(const CacheHolds* holds) : holds_(holds) {}

  // New counts for one handler. They are kept in the sum after the handler has
  // gone.
  std::shared_ptr<QueryCounts> Open() ABSL_LOCKS_EXCLUDED(mutex_);

  // Goes on from what another process has counted, as EncodeCounts wrote it.
  void Restore(std::string_view text, CacheHolds* holds)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The sum over all handlers, including those that have gone.
  std::unique_ptr<QueryCounts> Sum() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const CacheHolds* const holds_;
  mutable Mutex mutex_;
  std::vector<std::shared_ptr<QueryCounts>> open_ ABSL_GUARDED_BY(mutex_);
  // Of those that are gone.
  std::unique_ptr<QueryCounts> closed_ ABSL_GUARDED_BY(mutex_) =
      std::make_unique<QueryCounts>();
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_COUNT_BOOK_H_
