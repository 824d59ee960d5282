#include "backend/engine/engine.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "backend/engine/counts_text.h"
#include "backend/engine/query_handler.h"
#include "backend/report/group_words.h"
#include "backend/state/state_file.h"
#include "redis/base/words.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {

namespace {

// Of values in Redis that a node's status lists.
constexpr size_t kMaxComplaints = 20;

// Whether the state of any group changes with the time alone.
bool HasTimedStates(const Snapshot& snapshot) {
  for (const auto& view : snapshot.rings) {
    for (const auto& group : view->groups) {
      if (group->local != nullptr) return true;
      const redis::GroupState& state = group->state;
      if (state.state == redis::AdminState::kDraining ||
          state.state == redis::AdminState::kFilling || state.until != 0) {
        return true;
      }
      for (const auto& withheld : group->withheld) {
        if (withheld == nullptr) continue;
        for (const redis::WithheldAddress& address : withheld->entries()) {
          if (address.until != 0) return true;
        }
      }
    }
  }
  return false;
}

}  // namespace

Engine::Engine(EngineOptions options, const Clock* clock, LogSink log)
    : options_(std::move(options)),
      clock_(clock),
      log_(std::move(log)),
      builder_(log_, &cache_holds_),
      saver_(
          options_.state_directory.empty()
              ? ""
              : StateFilePath(options_.state_directory),
          [this] { return CurrentState(); }, clock_, log_),
      tables_([this](const std::shared_ptr<const hashing::OwnerTable>& table) {
        AdoptTable(table);
      }),
      store_(NewStore(options_.store, {})) {}

Engine::~Engine() { Stop(); }

void Engine::SetAppliedListener(std::function<void()> listener) {
  applied_listener_ = std::move(listener);
}

void Engine::Start() {
  if (snapshots_.Take() == nullptr) RestoreSaved();
  redis::KnownData known;
  {
    MutexLock lock(&builder_mutex_);
    known = {dataset_, restored_unix_millis_};
  }
  const std::shared_ptr<redis::Store> store = NewStore(options_.store, known);
  {
    MutexLock lock(&store_mutex_);
    store_ = store;
  }
  tables_.Start();
  service_watch_.Start([this] { WatchService(); });
  store->Start();
}

void Engine::KeepState() { saver_.Start(); }

void Engine::Reconnect(redis::StoreOptions options) {
  // The old store ends before the new one begins, or both would publish.
  const std::shared_ptr<redis::Store> before = CurrentStore();
  before->Stop();
  redis::KnownData known;
  {
    MutexLock lock(&builder_mutex_);
    known.dataset = dataset_;
  }
  known.confirmed_unix_millis = before->stats().confirmed_unix_millis;
  const std::shared_ptr<redis::Store> store =
      NewStore(std::move(options), known);
  {
    MutexLock lock(&store_mutex_);
    former_feed_ += before->stats().Counts();
    store_ = store;
  }
  store->Start();
}

void Engine::Stop() {
  CurrentStore()->Stop();
  tables_.Stop();
  service_watch_.Stop();
  saver_.Stop();
}

std::shared_ptr<redis::Store> Engine::NewStore(redis::StoreOptions options,
                                               const redis::KnownData& known) {
  options.health_listener =
      [this](std::shared_ptr<const redis::HealthData> data) {
        ApplyHealth(std::move(data));
      };
  return std::make_shared<redis::Store>(
      std::move(options), clock_, log_,
      [this](const redis::Dataset& dataset,
             const redis::DatasetChange& change) { Apply(dataset, change); },
      known);
}

std::shared_ptr<redis::Store> Engine::CurrentStore() const {
  MutexLock lock(&store_mutex_);
  return store_;
}

bool Engine::WaitUntilLoaded(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const MutexLock lock(&loaded_mutex_);
  while (!loaded_ && loaded_changed_.WaitUntil(&loaded_mutex_, deadline)) {
  }
  return loaded_;
}

std::unique_ptr<Handler> Engine::NewHandler() {
  return std::make_unique<QueryHandler>(
      &snapshots_, clock_, std::make_unique<Mt19937Random>(),
      [this] { CurrentStore()->WakeForDraws(); },
      [this](const Snapshot& snapshot, std::string_view command) {
        return options_.answer_command(*this, snapshot, command,
                                       clock_->UnixMillis());
      },
      counts_.Open(), &who_asks_, &slot_counts_);
}

redis::TrafficProfile Engine::Traffic(size_t most) {
  return slot_counts_.Profile(most, clock_->Steady(), clock_->UnixMillis());
}

TopReport Engine::Top(TopBy by, size_t limit) const {
  return {by, who_asks_.Top(by, limit, clock_->Steady()), CountedGroups()};
}

std::vector<RingAnswers> Engine::RecentRings() const {
  return who_asks_.Rings(clock_->Steady());
}

std::string Engine::EncodedCounts() const {
  return EncodeCounts(*counts_.Sum(), CountedGroups());
}

void Engine::RestoreCounts(std::string_view text) {
  counts_.Restore(text, &cache_holds_);
}

uint64_t Engine::StoreTurns() const {
  const std::shared_ptr<redis::Store> store = CurrentStore();
  const redis::StoreStats& stats = store->stats();
  // A load is one turn of many commands.
  return stats.turns + stats.commands;
}

NodeFacts Engine::Facts() const {
  NodeFacts facts;
  std::shared_ptr<redis::Store> store;
  {
    const MutexLock lock(&store_mutex_);
    store = store_;
    facts.feed = former_feed_;
  }
  const redis::StoreStats& stats = store->stats();
  facts.version = options_.version;
  facts.redis_connected = stats.connected;
  facts.redis_loaded = stats.loaded;
  facts.redis_live_since_unix_millis = stats.live_since_unix_millis;
  facts.doubting = stats.holding;
  facts.doubting_since_unix_millis = stats.holding_since_unix_millis;
  facts.doubted_names = stats.holding_names;
  facts.returned = stats.holding_returned.Get();
  facts.tracking = stats.tracking;
  facts.tracking_overflows = stats.tracking_overflows;
  facts.announces_all_writes = stats.announces_all_writes;
  const int64_t heard = stats.last_contact_unix_millis;
  facts.redis_heard_unix_millis = heard;
  facts.redis_silent_millis = heard == 0 ? 0 : clock_->UnixMillis() - heard;
  facts.feed += stats.Counts();
  for (const redis::Complaint& complaint :
       store->OpenComplaints(kMaxComplaints, &facts.keys_complained_of)) {
    facts.complaints.push_back("Redis key " + redis::Quoted(complaint.key) +
                               ": " + complaint.text);
  }
  facts.saved_generation = saver_.saved_generation();
  facts.saved_unix_millis = saver_.saved_unix_millis();
  facts.state_trouble = saver_.trouble();
  facts.health_trouble = RestoredHealthNow();
  {
    const MutexLock lock(&listen_mutex_);
    facts.listen_trouble = listen_trouble_;
  }
  if (const RedisClock* const clock = options_.store.redis_clock) {
    const auto offset = clock->HostOffset();
    if (offset) facts.clock_offset_millis = offset->count();
    facts.clock_refused = stats.connected && !offset;
  }
  return facts;
}

void Engine::SetListenTrouble(std::string trouble) {
  const MutexLock lock(&listen_mutex_);
  listen_trouble_ = std::move(trouble);
}

void Engine::RestoreSaved() {
  if (options_.state_directory.empty()) return;
  absl::StatusOr<SavedDataset> saved =
      ReadStateFile(StateFilePath(options_.state_directory),
                    options_.state_max_age, clock_->UnixMillis());
  if (!saved.ok()) {
    const bool is_first_start = absl::IsNotFound(saved.status());
    log_(is_first_start ? Severity::kInfo : Severity::kWarning,
         "no saved state: " + std::string(saved.status().message()));
    return;
  }
  log_(Severity::kInfo,
       absl::StrFormat("until Redis is loaded, answering from the %d names "
                       "that were saved at %s",
                       saved->dataset.names.size(),
                       UtcTime(saved->saved_unix_millis / 1000)));
  saver_.Found(saved->saved_unix_millis);
  Restore(*std::move(saved));
  if (const std::string health = RestoredHealthNow(); !health.empty()) {
    log_(Severity::kInfo, health);
  }
}

std::string Engine::RestoredHealthNow() const {
  // Does not lock the builder's mutex, which may be held while a snapshot is
  // built.
  SavedHealth restored;
  {
    const MutexLock lock(&restored_mutex_);
    restored = restored_health_;
  }
  if (restored.conclusions == nullptr) return {};
  return RestoredHealthText(*restored.conclusions, restored.unix_millis,
                            clock_->UnixMillis());
}

void Engine::Restore(SavedDataset saved) {
  {
    const MutexLock lock(&restored_mutex_);
    restored_health_ = saved.health;
  }
  redis::DatasetChange change;
  change.everything = true;
  MutexLock lock(&builder_mutex_);
  dataset_ = std::move(saved.dataset);
  restored_unix_millis_ = saved.saved_unix_millis;
  health_.Restore(std::move(saved.health));
  builder_.SetHealth(health_.conclusions());
  snapshots_.Publish(Build(change));
}

std::shared_ptr<const Snapshot> Engine::Build(
    const redis::DatasetChange& change) {
  const auto begin = clock_->Steady();
  auto snapshot = builder_.Apply(dataset_, change, clock_->UnixMillis());
  builds_.Add(clock_->Steady() - begin);
  return snapshot;
}

SavedDataset Engine::CurrentState() const {
  MutexLock lock(&builder_mutex_);
  SavedDataset now{dataset_, clock_->UnixMillis(), health_.ToSave()};
  builder_.PutInForce(&now.dataset);
  return now;
}

void Engine::Apply(const redis::Dataset& dataset,
                   const redis::DatasetChange& change) {
  std::shared_ptr<const Snapshot> snapshot;
  bool is_awaited = change.everything || !change.groups.empty();
  {
    MutexLock lock(&builder_mutex_);
    is_awaited = is_awaited || dataset.generation != dataset_.generation;
    redis::Follow(dataset, change, &dataset_);
    redis::DatasetChange with_health = change;
    for (std::string& group :
         health_.Conclude(dataset_, health_.unix_millis())) {
      with_health.groups.push_back(std::move(group));
    }
    builder_.SetHealth(health_.conclusions());
    snapshot = Build(with_health);
    snapshots_.Publish(snapshot);
  }
  saver_.Changed();
  service_watch_.Wake();
  {
    const MutexLock lock(&loaded_mutex_);
    loaded_ = true;
  }
  loaded_changed_.NotifyAll();
  if (is_awaited && applied_listener_) applied_listener_();
  for (const auto& view : snapshot->rings) tables_.Want(*view);
}

void Engine::ApplyHealth(std::shared_ptr<const redis::HealthData> data) {
  {
    const MutexLock lock(&builder_mutex_);
    health_.SetData(std::move(data), clock_->UnixMillis());
  }
  {
    const MutexLock lock(&restored_mutex_);
    restored_health_ = {};
  }
  ReviewHealth();
}

bool Engine::FollowsHealth() const {
  const std::shared_ptr<redis::Store> store = CurrentStore();
  return store->stats().follows_health && !store->stats().holding;
}

void Engine::ReviewHealth() {
  const bool follows = FollowsHealth();
  {
    const MutexLock lock(&builder_mutex_);
    const int64_t now = clock_->UnixMillis();
    redis::DatasetChange change;
    change.groups =
        health_.Conclude(dataset_, follows ? now : health_.unix_millis());
    if (change.groups.empty()) return;
    builder_.SetHealth(health_.conclusions());
    snapshots_.Publish(Build(change));
  }
  saver_.Changed();
  service_watch_.Wake();
}

std::vector<HealthTrouble> Engine::HealthTroublesNow() const {
  const MutexLock lock(&builder_mutex_);
  return health_.Troubles(dataset_);
}

std::shared_ptr<const redis::HealthConclusions> Engine::CurrentHealth() const {
  const MutexLock lock(&builder_mutex_);
  return health_.conclusions();
}

Engine::HealthCopy Engine::CopyHealth() const {
  std::string restored = RestoredHealthNow();
  const MutexLock lock(&builder_mutex_);
  return {dataset_, health_.data(), health_.conclusions(), std::move(restored),
          health_.unix_millis()};
}

void Engine::WatchService() {
  // Runs on a thread of its own, because reading many names must not delay the
  // next change. States that end by the clock are seen within a second.
  constexpr std::chrono::milliseconds kLeastPause{100};
  constexpr std::chrono::milliseconds kPause{1000};
  ServiceLog service_log(log_);
  std::shared_ptr<const Snapshot> last;
  while (!service_watch_.stopping()) {
    const std::shared_ptr<const Snapshot> snapshot = snapshots_.Take();
    if (snapshot != nullptr &&
        (snapshot != last || HasTimedStates(*snapshot))) {
      service_log.Look(*snapshot, clock_->UnixMillis());
      last = snapshot;
    }
    FollowCondensed();
    DropEndedLocalStates();
    ReviewHealth();
    service_log.LookAtHealth(HealthTroublesNow());
    service_watch_.SleepUntil(clock_->Steady() + kLeastPause, *clock_);
    service_watch_.WaitUntil(clock_->Steady() + kPause, *clock_);
  }
}

void Engine::AdoptTable(
    const std::shared_ptr<const hashing::OwnerTable>& table) {
  MutexLock lock(&builder_mutex_);
  auto snapshot = builder_.AdoptTable(table, clock_->UnixMillis());
  if (snapshot != nullptr) snapshots_.Publish(std::move(snapshot));
}

}  // namespace groupring::backend
