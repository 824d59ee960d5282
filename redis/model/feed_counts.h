// What following Redis has taken so far.
#ifndef GROUPRING_REDIS_MODEL_FEED_COUNTS_H_
#define GROUPRING_REDIS_MODEL_FEED_COUNTS_H_

#include <cstdint>

namespace groupring::redis {

// Since the start of the process.
struct FeedCounts {
  uint64_t connects = 0;  // that led to a load
  uint64_t connect_failures = 0;
  uint64_t loads = 0;          // of everything
  uint64_t commands = 0;       // on the connection that reads
  uint64_t announcements = 0;  // of keys that have changed
  // Names and groups that were read because a change was announced or found;
  // and without one, in turn, in case an announcement was lost.
  uint64_t changed_reads = 0;
  uint64_t rereads = 0;
  uint64_t draws = 0;      // that Redis made
  uint64_t malformed = 0;  // values that were left out

  FeedCounts& operator+=(const FeedCounts& other) {
    connects += other.connects;
    connect_failures += other.connect_failures;
    loads += other.loads;
    commands += other.commands;
    announcements += other.announcements;
    changed_reads += other.changed_reads;
    rereads += other.rereads;
    draws += other.draws;
    malformed += other.malformed;
    return *this;
  }
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_FEED_COUNTS_H_
