#include "redis/base/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace groupring {
namespace {

constexpr int kNiceness = 10;

}  // namespace

void LowerThreadPriority() {
  // On Linux that is of one thread.
  const auto thread = static_cast<id_t>(gettid());
  const int now = getpriority(PRIO_PROCESS, thread);
  setpriority(PRIO_PROCESS, thread, std::max(now, kNiceness));
}

}  // namespace groupring
