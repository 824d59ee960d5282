#include "redis/store/store.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "redis/base/worker_thread.h"
#include "redis/connection/server_finder.h"
#include "redis/store/follower.h"
#include "redis/store/link.h"

namespace groupring::redis {

class Store::Impl {
 public:
  Impl(StoreOptions options, const Clock* clock, LogSink log, Listener listener,
       const KnownData& known)
      : options_(std::move(options)),
        clock_(clock),
        log_(log ? std::move(log) : [](Severity, const std::string&) {}),
        follower_(options_, clock, log_, std::move(listener), &stats_, &thread_,
                  known) {}
  ~Impl() { Stop(); }

  void Start() {
    thread_.Start([this] { Run(); });
  }
  void Stop() { thread_.Stop(); }
  void WakeForDraws() { thread_.Wake(); }
  const StoreStats& stats() const { return stats_; }
  const Follower& follower() const { return follower_; }

 private:
  void Run() {
    auto backoff = options_.backoff_min;
    while (!thread_.stopping()) {
      stats_.turns.fetch_add(1);
      const absl::Status status = FollowOnce();
      if (thread_.stopping()) break;
      if (stats_.connected) backoff = options_.backoff_min;
      Say(status);
      stats_.connected = false;
      stats_.follows_health = false;
      thread_.SleepUntil(clock_->Steady() + backoff, *clock_);
      backoff = std::min(2 * backoff, options_.backoff_max);
    }
    stats_.connected = false;
  }

  absl::Status FollowOnce() {
    const ConnectionTimeouts timeouts{options_.connect_timeout,
                                      options_.command_timeout};
    absl::StatusOr<FoundServer> server =
        FindServer(options_.location, SearchNow(), timeouts);
    if (!server.ok()) {
      stats_.connect_failures.fetch_add(1);
      NoteBehind(server.status());
      return server.status();
    }
    const std::string where = server->endpoint.Display();
    absl::StatusOr<std::unique_ptr<Link>> link =
        Link::Open(*std::move(server), timeouts, &stats_.invalidations);
    absl::Status status = link.status();
    if (status.ok()) {
      stats_.tracking = (*link)->tracking().ok();
      status = follower_.Begin(link->get());
    }
    if (!status.ok()) {
      stats_.connect_failures.fetch_add(1);
      return status;
    }
    stats_.connects.fetch_add(1);
    stats_.connected = true;
    stats_.follows_health = true;
    behind_since_.reset();
    SayConnected(where, link->get());
    return follower_.Follow();
  }

  // Of several servers one is looked for that has all changes that we have
  // seen; but a change that is lost for good must not stop us forever.
  ServerSearch SearchNow() const {
    ServerSearch search;
    search.read = options_.location.read;
    const bool give_up = behind_since_ && clock_->Steady() - *behind_since_ >=
                                              options_.behind_limit;
    if (!give_up) search.least_generation = follower_.generation();
    return search;
  }

  void NoteBehind(const absl::Status& status) {
    if (!absl::IsOutOfRange(status)) {
      behind_since_.reset();
    } else if (!behind_since_) {
      behind_since_ = clock_->Steady();
    }
  }

  void SayConnected(const std::string& where, Link* link) {
    const absl::Status& tracking = link->tracking();
    last_trouble_.clear();
    log_(Severity::kInfo,
         "connected to " + where +
             (options_.location.is_single() ? ""
                                            : ", " + RoleWords(link->role())));
    if (!tracking.ok() && tracking != last_refusal_) {
      log_(Severity::kWarning,
           absl::StrFormat(
               "Redis does not announce changes (%s): known keys are polled "
               "every second instead; use Redis 6 or newer and let the user "
               "+client|id +client|tracking +subscribe &__redis__:invalidate",
               std::string(tracking.message())));
    }
    last_refusal_ = tracking;
  }

  // A trouble that repeats itself is said once.
  void Say(const absl::Status& status) {
    std::string trouble = status.ToString();
    if (trouble == last_trouble_) return;
    log_(Severity::kWarning,
         absl::StrFormat("Redis: %s; %s, trying again",
                         std::string(status.message()),
                         stats_.loaded ? "the last data stays in use"
                                       : "there is no data yet"));
    last_trouble_ = std::move(trouble);
  }

  const StoreOptions options_;
  const Clock* const clock_;
  const LogSink log_;
  StoreStats stats_;
  WorkerThread thread_{"redis-store"};
  Follower follower_;
  std::string last_trouble_;
  absl::Status last_refusal_;
  // Since when there have only been servers that have lost changes.
  std::optional<std::chrono::steady_clock::time_point> behind_since_;
};

void AtomicDataReturned::Set(const DataReturned& data) {
  counts_[0] = data.names.known;
  counts_[1] = data.names.returned;
  counts_[2] = data.groups.known;
  counts_[3] = data.groups.returned;
  counts_[4] = data.addresses.known;
  counts_[5] = data.addresses.returned;
}

DataReturned AtomicDataReturned::Get() const {
  return {{counts_[0], counts_[1]},
          {counts_[2], counts_[3]},
          {counts_[4], counts_[5]}};
}

FeedCounts StoreStats::Counts() const {
  FeedCounts counts;
  counts.connects = connects;
  counts.connect_failures = connect_failures;
  counts.loads = loads;
  counts.commands = commands;
  counts.announcements = invalidations;
  counts.changed_reads = changed_reads;
  counts.rereads = rereads;
  counts.draws = draws;
  counts.malformed = malformed;
  return counts;
}

Store::Store(StoreOptions options, const Clock* clock, LogSink log,
             Listener listener, const KnownData& known)
    : impl_(std::make_unique<Impl>(std::move(options), clock, std::move(log),
                                   std::move(listener), known)) {}
Store::~Store() = default;

void Store::Start() { impl_->Start(); }
void Store::Stop() { impl_->Stop(); }
void Store::WakeForDraws() { impl_->WakeForDraws(); }
const StoreStats& Store::stats() const { return impl_->stats(); }
bool Store::ChangesWait() const { return impl_->follower().changes_wait(); }
Complaints Store::OpenComplaints(size_t limit, size_t* total) const {
  return impl_->follower().complaints().Open(limit, total);
}

}  // namespace groupring::redis
