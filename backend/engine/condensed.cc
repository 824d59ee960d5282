// What the engine tells commands on this host, so that they need not read a
// million names.
#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/zones/static_names.h"

namespace groupring::backend {
namespace {

// Of more kinds of names a command had better read Redis itself.
constexpr size_t kMostKept = 20'000;
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
  const redis::Dataset dataset = CurrentState().dataset;
  if (dataset.generation < generation) {
    return absl::UnavailableError(
        absl::StrFormat("it has applied generation %d, and Redis is at %d",
                        dataset.generation, generation));
  }
  if (dataset.schema != redis::Schema::kGroupring) {
    return absl::FailedPreconditionError("it reads the keys by other rules");
  }
  redis::NameCondenser condenser;
  for (const auto& [name, data] : dataset.names) {
    condenser.Add(data);
    if (condenser.kept() > kMostKept) {
      return absl::ResourceExhaustedError("too many of its names are unlike");
    }
  }
  std::vector<std::shared_ptr<const redis::NameData>> with_records;
  for (const auto& zone : condenser.alone()) {
    if (!zone->config.is_zone) continue;
    for (const std::string& name : StaticNamesOf(*zone)) {
      const auto found = dataset.names.find(name);
      if (found != dataset.names.end()) with_records.push_back(found->second);
    }
  }
  for (const auto& name : with_records) condenser.TakeOut(name);
  redis::CondensedNames condensed = condenser.Take();
  size_t total = 0;
  condensed.complaints = store->OpenComplaints(kMostComplaints, &total);
  return condensed;
}

}  // namespace groupring::backend
