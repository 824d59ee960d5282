// Makes owner tables for rings of many groups, off the query path and off
// the store's thread: a table of a thousand groups takes about a second, and
// until it is there the order is computed per query.
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
  // Tables are 2 MiB each; rings beyond this many do without.
  static constexpr size_t kMaxTables = 16;

  using Listener =
      std::function<void(std::shared_ptr<const hashing::OwnerTable>)>;

  // `listener` is called on the worker's thread with each finished table.
  explicit TableWorker(Listener listener);
  ~TableWorker();  // stops

  TableWorker(const TableWorker&) = delete;
  TableWorker& operator=(const TableWorker&) = delete;

  void Start();
  void Stop();  // after the table in hand; idempotent

  // Makes a table for the view unless it has one, or is too small to gain by
  // it. A table for the same groups in an older state is brought up to date
  // rather than made anew.
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
  // The worker's thread only; the newest last.
  std::deque<std::shared_ptr<const hashing::OwnerTable>> made_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_TABLE_WORKER_H_
