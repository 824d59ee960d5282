// Makes owner tables for rings of many groups, on a thread of its own: a table
// of a thousand groups takes about a second. Until it is there the order of the
// groups is computed for each query.
#ifndef GROUPRING_BACKEND_ENGINE_TABLE_WORKER_H_
#define GROUPRING_BACKEND_ENGINE_TABLE_WORKER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "hashing/owner_table.h"
#include "redis/base/mutex.h"
#include "redis/base/worker_thread.h"

namespace groupring::backend {

// Thread-safe.
class TableWorker {
 public:
  // A table takes 2 MiB. Rings beyond this many get none.
  static constexpr size_t kMaxTables = 16;

  using Listener =
      std::function<void(std::shared_ptr<const hashing::OwnerTable>)>;

  // `listener` is called on the worker's thread with each finished table.
  explicit TableWorker(Listener listener);
  ~TableWorker();  // stops

  TableWorker(const TableWorker&) = delete;
  TableWorker& operator=(const TableWorker&) = delete;

  void Start();
  void Stop();  // waits for the table that is being made; idempotent

  // Makes a table for the view unless it has one, or has too few groups to gain
  // from one. A table for an older state of the same groups is updated, which
  // costs less than a new one.
  void Want(const RingView& view);

 private:
  struct Job {
    std::shared_ptr<const hashing::Ring> ring;
    std::vector<bool> enabled;
  };

  void Run();
  std::optional<Job> NextJob();
  std::shared_ptr<const hashing::OwnerTable> Make(Job job);

  const Listener listener_;
  Mutex mutex_;
  std::deque<Job> jobs_ ABSL_GUARDED_BY(mutex_);
  WorkerThread thread_{"owner-tables"};
  // Used by the worker's thread only; the newest last.
  std::deque<std::shared_ptr<const hashing::OwnerTable>> made_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_TABLE_WORKER_H_
