// What the engine tells commands on this host, so that they need not read a
// million names.
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/zones/static_names.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

constexpr size_t kMostComplaints = 1000;
// Redis is asked whether it lives once a second.
constexpr int64_t kLongestSilenceMillis = 3000;

}  // namespace

absl::StatusOr<redis::CondensedNames> Engine::CondenseNames(
    int64_t generation) const {
  const std::shared_ptr<redis::Store> store = CurrentStore();
  const redis::StoreStats& stats = store->stats();
  const int64_t silent =
      clock_->UnixMillis() - stats.last_contact_unix_millis.load();
  if (!stats.connected || silent > kLongestSilenceMillis) {
    return absl::FailedPreconditionError("it is not connected with Redis");
  }
  if (stats.holding) {
    return absl::FailedPreconditionError(
        "it doubts what Redis holds, and answers from earlier data");
  }
  if (!stats.tracking) {
    return absl::FailedPreconditionError("Redis announces no changes to it");
  }
  // Before the copy, which so contains all that had been announced.
  if (store->ChangesWait()) {
    return absl::UnavailableError("it is still reading changes");
  }
  redis::CondensedIndex::Names names;
  {
    const MutexLock lock(&builder_mutex_);
    if (dataset_.generation < generation) {
      return absl::UnavailableError(
          absl::StrFormat("it has applied generation %d, and Redis is at %d",
                          dataset_.generation, generation));
    }
    if (dataset_.schema != redis::Schema::kGroupring) {
      return absl::FailedPreconditionError("it reads the keys by other rules");
    }
    names = dataset_.names;
  }
  redis::CondensedNames condensed;
  {
    const MutexLock lock(&condensed_mutex_);
    condensed_.Follow(names);
    RETURN_IF_ERROR(condensed_.Prepare());
    absl::flat_hash_set<std::string> with_records;
    for (const auto& [zone, data] : condensed_.alone()) {
      if (!data->config.is_zone) continue;
      for (std::string& name : StaticNamesOf(*data)) {
        with_records.insert(std::move(name));
      }
    }
    condensed = condensed_.Get(with_records);
  }
  size_t total = 0;
  condensed.complaints = store->OpenComplaints(kMostComplaints, &total);
  return condensed;
}

void Engine::FollowCondensed() {
  // What is restored at a start comes from Redis once more.
  if (!CurrentStore()->stats().connected) return;
  redis::CondensedIndex::Names names;
  {
    const MutexLock lock(&builder_mutex_);
    names = dataset_.names;
  }
  const MutexLock lock(&condensed_mutex_);
  condensed_.Follow(names);
}

}  // namespace groupring::backend
