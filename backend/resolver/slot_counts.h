// How many questions come from each slot of the ring, of all names of a process
// together: what shares of questions are made of.
#ifndef GROUPRING_BACKEND_RESOLVER_SLOT_COUNTS_H_
#define GROUPRING_BACKEND_RESOLVER_SLOT_COUNTS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "hashing/subnet_key.h"
#include "redis/base/mutex.h"
#include "redis/model/traffic.h"

namespace groupring::backend {

// A counter for every slot, none coarser: two slots next to each other have
// different groups, so one counter of several slots would not say whose
// questions they are. 8 MB of addresses, of which a process takes the pages
// that its clients' slots are in. Thread-safe.
class SlotCounts {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  SlotCounts();

  // A sampled question that stands for `weight` of them. Never waits: one that
  // comes while another thread is here is not counted.
  void Add(hashing::SubnetKey key, uint64_t weight, TimePoint now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The slots with the most questions, `most` of them at most, and all others
  // as one sum; with the keys of those that have a thousandth of all or more,
  // as far as they have been busy lately. `now` and `unix_millis` are the same
  // time.
  redis::TrafficProfile Profile(size_t most, TimePoint now, int64_t unix_millis)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // In units of their value at `zero_`: a later question has a higher one, so
  // that nothing has to be aged meanwhile.
  struct Count {
    float hour;
    float day;
  };
  struct Free {
    void operator()(Count* counts) const { std::free(counts); }
  };

  // Whose questions most of a busy slot's are: each one votes for its own key,
  // or else against the one that is there.
  struct Candidate {
    hashing::SubnetKey key;
    double votes = 0;
  };

  void NoteKey(uint32_t slot, hashing::SubnetKey key, double questions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  redis::Questions ScaleAt(TimePoint now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes `now` the zero.
  void Rebase(TimePoint now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;  // queries only try to lock it
  std::unique_ptr<Count[], Free> counts_ ABSL_GUARDED_BY(mutex_);
  bool any_ ABSL_GUARDED_BY(mutex_) = false;
  double all_ ABSL_GUARDED_BY(mutex_) = 0;  // of a day, as Count
  // Of slots that have been busy.
  absl::flat_hash_map<uint32_t, Candidate> candidates_ ABSL_GUARDED_BY(mutex_);
  TimePoint zero_ ABSL_GUARDED_BY(mutex_){};
  redis::Questions scale_ ABSL_GUARDED_BY(mutex_){};  // of now, about
  TimePoint scale_until_ ABSL_GUARDED_BY(mutex_){};
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_RESOLVER_SLOT_COUNTS_H_
