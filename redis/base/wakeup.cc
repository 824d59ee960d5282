#include "redis/base/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace groupring {

Wakeup::Wakeup() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void Wakeup::Notify() {
  if (notified_.exchange(true, std::memory_order_acq_rel)) return;
  const uint64_t one = 1;
  // Fails only when the counter is full, which wakes as well.
  [[maybe_unused]] const ssize_t written = write(fd(), &one, sizeof(one));
}

bool Wakeup::Clear() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(fd(), &count, sizeof(count));
  return notified_.exchange(false, std::memory_order_acq_rel);
}

}  // namespace groupring
