// The engine: store, snapshots and resolver joined. What `groupring serve`,
// `groupring pipe` and any other host link; it has no globals, handles no
// signals and never exits.
#ifndef GROUPRING_BACKEND_ENGINE_ENGINE_H_
#define GROUPRING_BACKEND_ENGINE_ENGINE_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "backend/engine/table_worker.h"
#include "backend/protocol/handler.h"
#include "backend/report/status_report.h"
#include "backend/snapshot/snapshot_builder.h"
#include "backend/snapshot/snapshot_holder.h"
#include "backend/state/state_file.h"
#include "backend/state/state_saver.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/store/store.h"

namespace groupring::backend {

struct EngineOptions {
  redis::StoreOptions store;
  // Where the last good dataset is kept; empty: nowhere.
  std::string state_directory;
  // An older one is not used; 0: any will do.
  std::chrono::milliseconds state_max_age{0};
  std::string version;  // of the program, for reports
  // The answer to a command of `pdnsutil backend-cmd`. Must not block.
  std::function<std::string(const Snapshot& snapshot, const NodeFacts& facts,
                            std::string_view command, int64_t unix_millis)>
      answer_command;
};

class Engine : public HandlerFactory {
 public:
  // `clock` outlives the engine. Nothing happens before Start.
  Engine(EngineOptions options, const Clock* clock, LogSink log);
  ~Engine() override;

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Answers by what another engine answered by, until Redis is loaded and
  // instead of what was saved; and takes changes of it for what they are.
  // Before Start.
  void TakeUp(SavedDataset dataset);

  // What it answers by, for another engine; nothing yet when it has no names.
  redis::Dataset Believed() const ABSL_LOCKS_EXCLUDED(builder_mutex_);

  // To be called after each change that queries are answered by, on the
  // store's thread. Before Start.
  void SetAppliedListener(std::function<void()> listener);

  // Takes up the last good dataset, if one was kept, starts following Redis
  // and returns at once, whether or not it is there.
  void Start();

  // From now on keeps what is answered by in the state directory, if there is
  // one; also what has been loaded before. Once.
  void KeepState();

  // Follows another Redis, or the same with other options, from now on. The
  // snapshot stays until the new one has been loaded. By the thread that
  // starts and stops the engine.
  void Reconnect(redis::StoreOptions options);

  // Ends all threads of the engine. Handlers stay usable: they answer from
  // the last snapshot. Idempotent.
  void Stop();

  // True once Redis has been loaded; waits for it at most so long.
  bool WaitUntilLoaded(std::chrono::milliseconds timeout);

  // The engine outlives its handlers.
  std::unique_ptr<Handler> NewHandler() override;

  const SnapshotHolder& snapshots() const { return snapshots_; }

  // Grows as long as the store's thread is not stuck, whether or not Redis is
  // there; one command's deadline may pass in between. Any thread.
  uint64_t StoreTurns() const;

  // How this node is doing. Any thread.
  NodeFacts Facts() const;

 private:
  std::shared_ptr<redis::Store> NewStore(redis::StoreOptions options,
                                         redis::KnownData known);
  std::shared_ptr<redis::Store> CurrentStore() const
      ABSL_LOCKS_EXCLUDED(store_mutex_);
  void Apply(const redis::Dataset& dataset, const redis::DatasetChange& change);
  void TakeUpSaved();
  void AdoptTable(std::shared_ptr<const hashing::OwnerTable> table);

  const EngineOptions options_;
  const Clock* const clock_;
  const LogSink log_;
  SnapshotHolder snapshots_;
  std::function<void()> applied_listener_;

  mutable Mutex builder_mutex_;  // never held by a query
  SnapshotBuilder builder_ ABSL_GUARDED_BY(builder_mutex_);
  // What the snapshot is made of, for the next store.
  redis::Dataset dataset_ ABSL_GUARDED_BY(builder_mutex_);
  int64_t taken_up_unix_millis_ ABSL_GUARDED_BY(builder_mutex_) = 0;

  Mutex loaded_mutex_;
  CondVar loaded_changed_;
  bool loaded_ ABSL_GUARDED_BY(loaded_mutex_) = false;

  // Last, so that their threads end before what they use. The mutex is held
  // for a pointer's copy only.
  StateSaver saver_;
  TableWorker tables_;
  mutable Mutex store_mutex_;
  std::shared_ptr<redis::Store> store_ ABSL_GUARDED_BY(store_mutex_);
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_ENGINE_H_
