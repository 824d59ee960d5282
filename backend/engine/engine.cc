#include "backend/engine/engine.h"

#include <utility>

#include "backend/engine/query_handler.h"

namespace groupring::backend {

Engine::Engine(redis::StoreOptions options, const Clock* clock, LogSink log)
    : clock_(clock),
      builder_(log),
      log_(std::move(log)),
      tables_([this](std::shared_ptr<const hashing::OwnerTable> table) {
        AdoptTable(std::move(table));
      }),
      store_(NewStore(std::move(options))) {}

Engine::~Engine() { Stop(); }

void Engine::Start() {
  tables_.Start();
  CurrentStore()->Start();
}

void Engine::Reconnect(redis::StoreOptions options) {
  // The old one ends before the new one begins: two would publish in turns.
  CurrentStore()->Stop();
  const std::shared_ptr<redis::Store> store = NewStore(std::move(options));
  {
    MutexLock lock(&store_mutex_);
    store_ = store;
  }
  store->Start();
}

void Engine::Stop() {
  CurrentStore()->Stop();
  tables_.Stop();
}

std::shared_ptr<redis::Store> Engine::NewStore(redis::StoreOptions options) {
  return std::make_shared<redis::Store>(
      std::move(options), clock_, log_,
      [this](const redis::Dataset& dataset,
             const redis::DatasetChange& change) { Apply(dataset, change); });
}

std::shared_ptr<redis::Store> Engine::CurrentStore() const {
  MutexLock lock(&store_mutex_);
  return store_;
}

bool Engine::WaitUntilLoaded(std::chrono::milliseconds timeout) {
  std::unique_lock<std::mutex> lock(loaded_mutex_);
  return loaded_changed_.wait_for(lock, timeout, [this] { return loaded_; });
}

std::unique_ptr<Handler> Engine::NewHandler() {
  return std::make_unique<QueryHandler>(
      &snapshots_, clock_, std::make_unique<Mt19937Random>(),
      [this] { CurrentStore()->WakeForDraws(); });
}

void Engine::Apply(const redis::Dataset& dataset,
                   const redis::DatasetChange& change) {
  std::shared_ptr<const Snapshot> snapshot;
  {
    MutexLock lock(&builder_mutex_);
    snapshot = builder_.Apply(dataset, change, clock_->UnixMillis());
    Publish(snapshot);
  }
  for (const auto& view : snapshot->rings) tables_.Want(*view);
}

void Engine::AdoptTable(std::shared_ptr<const hashing::OwnerTable> table) {
  MutexLock lock(&builder_mutex_);
  auto snapshot = builder_.AdoptTable(table, clock_->UnixMillis());
  if (snapshot != nullptr) Publish(std::move(snapshot));
}

void Engine::Publish(std::shared_ptr<const Snapshot> snapshot) {
  snapshots_.Publish(std::move(snapshot));
  {
    const std::lock_guard<std::mutex> lock(loaded_mutex_);
    loaded_ = true;
  }
  loaded_changed_.notify_all();
}

}  // namespace groupring::backend
