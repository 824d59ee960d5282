#include "redis/store/publisher.h"

namespace groupring::redis {

Publisher::Publisher(const KnownData& known, const Clock* clock,
                     StoreStats* stats, Schema schema, Store::Listener listener)
    : clock_(clock),
      stats_(stats),
      listener_(std::move(listener)),
      mirror_(schema) {
  mirror_.Adopt(known.dataset);
  stats_->confirmed_unix_millis = known.confirmed_unix_millis;
}

size_t Publisher::Commit(const Staged& staged, bool everything) {
  const int64_t generation = dataset().generation;
  const int64_t accepted = dataset().accepted_unix_millis;
  const DatasetChange change = mirror_.Commit(staged);
  stats_->confirmed_unix_millis = clock_->UnixMillis();
  if (everything) {
    PublishAll();
  } else if (!change.names.empty() || !change.groups.empty() ||
             change.affinity || dataset().generation != generation ||
             dataset().accepted_unix_millis != accepted) {
    Publish(change);
  }
  return change.names.size() + change.groups.size() + (change.affinity ? 1 : 0);
}

void Publisher::PublishAll() {
  DatasetChange everything;
  everything.everything = true;
  Publish(everything);
}

void Publisher::Publish(const DatasetChange& change) {
  // First, for a listener may ask at once how things stand.
  stats_->connected = true;
  stats_->loaded = true;
  listener_(dataset(), change);
}

}  // namespace groupring::redis
