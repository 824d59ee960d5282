// A queue through which other threads pass connections and finished work to an
// epoll loop.
#ifndef GROUPRING_BACKEND_TRANSPORT_LOOP_INBOX_H_
#define GROUPRING_BACKEND_TRANSPORT_LOOP_INBOX_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "backend/transport/open_connection.h"
#include "redis/base/mutex.h"

namespace groupring::backend {

// Thread-safe. A thread that adds something wakes the loop up.
class LoopInbox {
 public:
  enum class Arrival { kAccepted, kAdopted };
  struct Content {
    std::vector<std::pair<OpenConnection, Arrival>> connections;
    std::vector<uint64_t> worked_for;  // peers whose work is done
  };

  void Add(OpenConnection open, Arrival arrival) {
    const MutexLock lock(&mutex_);
    content_.connections.emplace_back(std::move(open), arrival);
  }
  void AddWorkedFor(uint64_t peer) {
    const MutexLock lock(&mutex_);
    content_.worked_for.push_back(peer);
  }
  Content TakeAll() {
    const MutexLock lock(&mutex_);
    return std::exchange(content_, {});
  }

 private:
  Mutex mutex_;
  Content content_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_TRANSPORT_LOOP_INBOX_H_
