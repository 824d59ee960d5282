// The engine: store, snapshots and resolver joined. The library that
// `groupring serve`, `groupring pipe` and other hosts link. It has no globals,
// handles no signals and never ends the process.
#ifndef GROUPRING_BACKEND_ENGINE_ENGINE_H_
#define GROUPRING_BACKEND_ENGINE_ENGINE_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "backend/engine/count_book.h"
#include "backend/engine/health_review.h"
#include "backend/engine/service_log.h"
#include "backend/engine/table_worker.h"
#include "backend/protocol/handler.h"
#include "backend/protocol/traffic_counts.h"
#include "backend/report/status_report.h"
#include "backend/report/top_report.h"
#include "backend/resolver/slot_counts.h"
#include "backend/resolver/who_asks.h"
#include "backend/snapshot/snapshot_builder.h"
#include "backend/snapshot/snapshot_holder.h"
#include "backend/state/local_states.h"
#include "backend/state/state_file.h"
#include "backend/state/state_saver.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"
#include "redis/base/mutex.h"
#include "redis/base/worker_thread.h"
#include "redis/schema/condensed_index.h"
#include "redis/schema/name_condenser.h"
#include "redis/store/store.h"

namespace groupring::backend {

class Engine;

struct EngineOptions {
  redis::StoreOptions store;
  // Where the state file is kept; empty: there is none.
  std::string state_directory;
  // An older state file is not used; 0: any age will do.
  std::chrono::milliseconds state_max_age{0};
  std::string version;  // of the program, for reports
  // The answer to a command of `pdnsutil backend-cmd`. Any thread.
  std::function<std::string(const Engine& engine, const Snapshot& snapshot,
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

  // Until Redis has been loaded, answers from this dataset of another engine
  // instead of the state file. What Redis holds is then compared with it: a
  // loss of all its names is doubted. Call before Start.
  void Restore(SavedDataset saved);

  // What queries are answered from, for another engine. It has no names while
  // nothing has been loaded or restored.
  SavedDataset CurrentState() const ABSL_LOCKS_EXCLUDED(builder_mutex_);

  // All names as Redis holds them, condensed, for commands on this host. All
  // changes up to that generation are in it, and those that Redis announced
  // until some milliseconds ago. kUnavailable: it is a little behind.
  // kFailedPrecondition: it is not known to be what Redis holds.
  // kResourceExhausted: there are too many kinds of names. Any thread.
  absl::StatusOr<redis::CondensedNames> CondenseNames(int64_t generation) const
      ABSL_LOCKS_EXCLUDED(builder_mutex_, condensed_mutex_);

  // Restores from the state directory, if there is one, the groups that an
  // earlier process took out of service on this node alone, and saves such
  // groups there from now on. Call before Start, in one process of a host only.
  void KeepLocalStates();

  // Gives a group this state on this node until the state's `until`, whatever
  // Redis says; nullopt gives it the state of Redis again. Returns the previous
  // local state; nullopt: there was none. kNotFound: no such group. kInternal:
  // done, but not saved on disk. Any thread.
  absl::StatusOr<std::optional<redis::GroupState>> SetLocalState(
      const std::string& group, std::optional<redis::GroupState> state)
      ABSL_LOCKS_EXCLUDED(builder_mutex_);

  // The local states that have not ended yet.
  LocalStates CurrentLocalStates() const ABSL_LOCKS_EXCLUDED(builder_mutex_);

  // Called after each change that others wait to see applied: data of another
  // generation, a load, and what is about groups. Not for a name that somebody
  // changes without a command, as there may be many in a second. On the store's
  // thread; set it before Start.
  void SetAppliedListener(std::function<void()> listener);

  // Restores the dataset of the state file unless another one was restored,
  // starts to follow Redis and returns at once, whether or not Redis is there.
  void Start();

  // From now on saves the dataset in the state directory, if there is one; data
  // that is loaded already is saved as well. Call it once.
  void KeepState();

  // From now on follows another Redis, or the same one with other options. The
  // snapshot stays until that Redis has been loaded. Called by the thread that
  // starts and stops the engine.
  void Reconnect(redis::StoreOptions options);

  // Ends all threads of the engine. Handlers stay usable: they answer from
  // the last snapshot. Idempotent.
  void Stop();

  // Waits until Redis has been loaded. Returns false after the timeout.
  bool WaitUntilLoaded(std::chrono::milliseconds timeout);

  // The engine outlives its handlers.
  std::unique_ptr<Handler> NewHandler() override;

  const SnapshotHolder& snapshots() const { return snapshots_; }

  // Until when caches may hold what its handlers have answered.
  CacheHolds& cache_holds() { return cache_holds_; }

  // What its handlers have counted.
  const CountBook& counts() const { return counts_; }
  // EncodedCounts is what its handlers have counted, for the process that
  // replaces this one. RestoreCounts adds the counts of the process before.
  std::string EncodedCounts() const;
  void RestoreCounts(std::string_view text);
  // How many questions of each slot they have answered; see
  // SlotCounts::Profile.
  redis::TrafficProfile Traffic(size_t most);
  // Who has asked its handlers most.
  TopReport Top(TopBy by, size_t limit) const;
  // From which groups the questions on each ring were answered lately.
  std::vector<RingAnswers> RecentRings() const;
  // The groups that are counted, by number.
  std::vector<std::string> CountedGroups() const {
    return cache_holds_.Numbered();
  }

  // How long it took to build snapshots. Any thread may read it.
  const LatencyCounts& builds() const { return builds_; }

  // A counter that grows as long as the store's thread is not stuck, whether or
  // not Redis is there. It may stand still for the deadline of one command. Any
  // thread.
  uint64_t StoreTurns() const;

  // What is concluded from the verdicts of checkers; never null. Any thread.
  std::shared_ptr<const redis::HealthConclusions> CurrentHealth() const
      ABSL_LOCKS_EXCLUDED(builder_mutex_);
  // The conclusions, and the data that they were made from; no pointer is null.
  // Any thread.
  struct HealthCopy {
    redis::Dataset dataset;
    std::shared_ptr<const redis::HealthData> data;
    std::shared_ptr<const redis::HealthConclusions> conclusions;
    std::string restored;  // as HealthView::restored
    int64_t unix_millis = 0;

    HealthView view() const {
      return {&dataset, data.get(), conclusions.get(), unix_millis, restored};
    }
  };
  HealthCopy CopyHealth() const ABSL_LOCKS_EXCLUDED(builder_mutex_);

  // What NodeFacts::listen_trouble is from now on. Any thread.
  void SetListenTrouble(std::string trouble) ABSL_LOCKS_EXCLUDED(listen_mutex_);

  // The state of this node. Any thread.
  NodeFacts Facts() const;

 private:
  std::shared_ptr<redis::Store> NewStore(redis::StoreOptions options,
                                         const redis::KnownData& known);
  std::shared_ptr<redis::Store> CurrentStore() const
      ABSL_LOCKS_EXCLUDED(store_mutex_);
  void Apply(const redis::Dataset& dataset, const redis::DatasetChange& change);
  // The next snapshot, of dataset_, in which this has changed.
  std::shared_ptr<const Snapshot> Build(const redis::DatasetChange& change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(builder_mutex_);
  void RestoreSaved();
  void DropEndedLocalStates() ABSL_LOCKS_EXCLUDED(builder_mutex_);
  // Publishes a snapshot with local_, in which the state of `group` has
  // changed.
  void ApplyLocalStates(const std::string& group)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(builder_mutex_);
  absl::Status SaveLocalStates() ABSL_EXCLUSIVE_LOCKS_REQUIRED(builder_mutex_);
  // From now on concludes health from this data. Called on the store's thread.
  void ApplyHealth(std::shared_ptr<const redis::HealthData> data)
      ABSL_LOCKS_EXCLUDED(builder_mutex_);
  // Concludes again, because checkers may have fallen silent as time passed.
  // While Redis is away, or its data is doubted, health is not changed.
  void ReviewHealth() ABSL_LOCKS_EXCLUDED(builder_mutex_);
  std::vector<HealthTrouble> HealthTroublesNow() const
      ABSL_LOCKS_EXCLUDED(builder_mutex_);
  bool FollowsHealth() const;
  std::string RestoredHealthNow() const ABSL_LOCKS_EXCLUDED(restored_mutex_);
  void WatchService();
  // So that the names are condensed when they are asked for.
  void FollowCondensed() ABSL_LOCKS_EXCLUDED(builder_mutex_, condensed_mutex_);
  void AdoptTable(const std::shared_ptr<const hashing::OwnerTable>& table);

  const EngineOptions options_;
  const Clock* const clock_;
  const LogSink log_;
  CacheHolds cache_holds_;
  CountBook counts_{&cache_holds_};
  mutable WhoAsks who_asks_;
  SlotCounts slot_counts_;
  SnapshotHolder snapshots_;
  std::function<void()> applied_listener_;

  mutable Mutex builder_mutex_;  // never held by a query
  SnapshotBuilder builder_ ABSL_GUARDED_BY(builder_mutex_);
  // The snapshot is made of it, and the next store begins with it.
  redis::Dataset dataset_ ABSL_GUARDED_BY(builder_mutex_);
  int64_t restored_unix_millis_ ABSL_GUARDED_BY(builder_mutex_) = 0;
  LocalStates local_ ABSL_GUARDED_BY(builder_mutex_);
  bool keeps_local_ ABSL_GUARDED_BY(builder_mutex_) = false;
  HealthReview health_ ABSL_GUARDED_BY(builder_mutex_);
  LatencyCounts builds_;  // written with builder_mutex_

  // Of more kinds of names a command had better read Redis itself.
  static constexpr size_t kMostKinds = 20'000;
  // Held for a second when a million names come; neither queries nor changes of
  // the data wait for it.
  mutable Mutex condensed_mutex_;
  mutable redis::CondensedIndex condensed_ ABSL_GUARDED_BY(condensed_mutex_){
      kMostKinds};

  Mutex loaded_mutex_;
  CondVar loaded_changed_;
  bool loaded_ ABSL_GUARDED_BY(loaded_mutex_) = false;

  // The health from before the start, until the verdicts of checkers have been
  // read.
  mutable Mutex restored_mutex_;
  SavedHealth restored_health_ ABSL_GUARDED_BY(restored_mutex_);

  mutable Mutex listen_mutex_;
  std::string listen_trouble_ ABSL_GUARDED_BY(listen_mutex_);

  // Declared last, so that their threads end before what they use is destroyed.
  // The mutex is held only to copy the pointer.
  StateSaver saver_;
  TableWorker tables_;
  WorkerThread service_watch_{"service-watch"};
  mutable Mutex store_mutex_;
  std::shared_ptr<redis::Store> store_ ABSL_GUARDED_BY(store_mutex_);
  // Of stores before this one.
  redis::FeedCounts former_feed_ ABSL_GUARDED_BY(store_mutex_);
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_ENGINE_ENGINE_H_
