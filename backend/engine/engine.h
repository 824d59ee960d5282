// The engine: store, snapshots and resolver joined. What `groupring serve`,
// `groupring pipe` and any other host link; it has no globals, handles no
// signals and never exits.
#ifndef GROUPRING_BACKEND_ENGINE_ENGINE_H_
#define GROUPRING_BACKEND_ENGINE_ENGINE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "backend/engine/table_worker.h"
#include "backend/protocol/handler.h"
#include "backend/snapshot/snapshot_builder.h"
#include "backend/snapshot/snapshot_holder.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/store/store.h"

namespace groupring::backend {

class Engine : public HandlerFactory {
 public:
  // `clock` outlives the engine. Nothing happens before Start.
  Engine(redis::StoreOptions options, const Clock* clock, LogSink log);
  ~Engine() override;

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Starts following Redis and returns at once, whether or not it is there.
  void Start();

  // Follows another Redis, or the same with other options, from now on. The
  // snapshot stays until the new one has been loaded. By the thread that
  // starts and stops the engine.
  void Reconnect(redis::StoreOptions options);

  // Ends all threads of the engine. Handlers stay usable: they answer from
  // the last snapshot. Idempotent.
  void Stop();

  // True once there is a snapshot to answer from; waits for it at most so
  // long.
  bool WaitUntilLoaded(std::chrono::milliseconds timeout);

  // The engine outlives its handlers.
  std::unique_ptr<Handler> NewHandler() override;

  const SnapshotHolder& snapshots() const { return snapshots_; }

 private:
  std::shared_ptr<redis::Store> NewStore(redis::StoreOptions options);
  std::shared_ptr<redis::Store> CurrentStore() const
      ABSL_LOCKS_EXCLUDED(store_mutex_);
  void Apply(const redis::Dataset& dataset, const redis::DatasetChange& change);
  void AdoptTable(std::shared_ptr<const hashing::OwnerTable> table);
  void Publish(std::shared_ptr<const Snapshot> snapshot);

  const Clock* const clock_;
  SnapshotHolder snapshots_;

  Mutex builder_mutex_;  // never held by a query
  SnapshotBuilder builder_ ABSL_GUARDED_BY(builder_mutex_);

  std::mutex loaded_mutex_;
  std::condition_variable loaded_changed_;
  bool loaded_ = false;  // guarded by loaded_mutex_

  const LogSink log_;
  // Last, so that their threads end before what they use. The mutex is held
  // for a pointer's copy only.
  TableWorker tables_;
  mutable Mutex store_mutex_;
  std::shared_ptr<redis::Store> store_ ABSL_GUARDED_BY(store_mutex_);
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_ENGINE_H_
