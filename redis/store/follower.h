// Follows Redis over an open link: loads, applies changes, finds names, fills
// pools of draws.
#ifndef GROUPRING_REDIS_STORE_FOLLOWER_H_
#define GROUPRING_REDIS_STORE_FOLLOWER_H_

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "redis/base/wakeup.h"
#include "redis/connection/server_role.h"
#include "redis/model/acceptance.h"
#include "redis/store/complaint_log.h"
#include "redis/store/draw_filler.h"
#include "redis/store/hold.h"
#include "redis/store/link.h"
#include "redis/store/mirror.h"
#include "redis/store/name_finder.h"
#include "redis/store/reread.h"
#include "redis/store/store.h"
#include "redis/store/walk_claims.h"
#include "redis/store/wanted.h"

namespace groupring::redis {

// Belongs to the store's thread. Its dataset outlives links.
class Follower {
 public:
  // Pointers and references outlive this object.
  Follower(const StoreOptions& options, const Clock* clock, LogSink log,
           Store::Listener listener, StoreStats* stats, Wakeup* wakeup,
           const std::atomic<bool>* stop, const KnownData& known);

  // Loads everything over a new link, which outlives the use of it.
  absl::Status Begin(Link* link, const ServerRole& role);

  // After Begin: follows changes until the link fails (that status) or *stop
  // (kCancelled).
  absl::Status Follow();

  // Of the dataset.
  int64_t generation() const { return mirror_.dataset().generation; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  absl::Status Load();
  absl::Status StageEverything(bool walk, Wanted wanted, Staged* staged);
  void HoldOrCommit(const Staged& staged, bool quiet,
                    const Acceptance& acceptance);
  void HoldOn(HoldLook look, bool first);
  void SayLost();
  DoubtedData Doubted(size_t names) const;
  void LookAgainSoon();

  absl::Status Wait();
  absl::Status Step();
  absl::Status ApplyInvalidations();
  absl::Status Discover();
  absl::Status RereadSome();
  absl::Status FillPools();
  absl::Status CheckAlive();
  absl::Status CheckRole();

  // Reads what is wanted and makes it part of the dataset.
  absl::Status Read(const Wanted& wanted);
  // The same, after which the dataset is of that generation.
  absl::Status Read(const Wanted& wanted, std::optional<int64_t> generation);
  absl::Status ReadAndStage(const Wanted& wanted, Staged* staged);
  absl::Status ReadBatch(const Wanted& wanted, Staged* staged);
  // Whether everything was deleted at once rather than what we just read.
  absl::StatusOr<bool> WasFlushed();
  void Commit(const Staged& staged, bool everything);
  void PublishAll();
  void Publish(const DatasetChange& change);

  void AddFound(const NameFinder::Names& names, Wanted* wanted) const;

  // The dataset is of a generation when it holds every change made up to it:
  // of known keys, which Redis announces, and of new names.
  absl::StatusOr<int64_t> CurrentGeneration();
  absl::Status CatchUp();
  absl::StatusOr<Acceptance> CurrentAcceptance();
  absl::Status CheckAcceptance();
  // Adds the names that may be new. False when only a walk finds them.
  absl::StatusOr<bool> AddNewNames(int64_t generation, Wanted* wanted);
  void ClaimAfterWalk(int64_t generation);
  void TakePending(Wanted* wanted);

  absl::Status Drain();
  absl::Status Receive(absl::Status (Link::*receive)(Invalidations*));
  void Touch();
  TimePoint Now() const { return clock_->Steady(); }

  const StoreOptions& options_;
  const Clock* const clock_;
  const LogSink log_;
  const Store::Listener listener_;
  StoreStats* const stats_;
  Wakeup* const wakeup_;
  const std::atomic<bool>* const stop_;

  Mirror mirror_;
  ComplaintLog complaints_;
  NameFinder finder_;
  DrawFiller filler_;
  std::optional<Hold> hold_;
  TimePoint say_again_{};

  // Of the current link.
  Link* link_ = nullptr;
  Invalidations pending_;
  Reread reread_;
  TimePoint next_check_{};
  ServerRole role_;
  TimePoint next_role_check_{};
  bool draws_wanted_ = false;
  TimePoint next_fill_{};
  WalkClaims claims_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_STORE_FOLLOWER_H_
