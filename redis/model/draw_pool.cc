#include "redis/model/draw_pool.h"

namespace groupring::redis {

// Counters only grow, so a consumer that read a slot just before the producer
// reused it fails its exchange: by then taken_ has moved past the slot.
std::optional<uint32_t> DrawPool::Take(bool* wake) {
  uint64_t taken = taken_.load(std::memory_order_acquire);
  std::optional<uint32_t> draw;
  uint64_t left = 0;
  while (true) {
    const uint64_t put = put_.load(std::memory_order_acquire);
    if (taken >= put) break;
    const uint32_t index =
        slots_[taken % kCapacity].load(std::memory_order_relaxed);
    if (taken_.compare_exchange_weak(taken, taken + 1,
                                     std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
      draw = index;
      left = put - taken - 1;
      break;
    }
  }
  // A plain load first keeps the cache line shared while the mark is set.
  if (left < kCapacity / 2 && !wants_refill_.load(std::memory_order_relaxed) &&
      !wants_refill_.exchange(true, std::memory_order_acq_rel)) {
    *wake = true;
  }
  return draw;
}

uint32_t DrawPool::Free() const {
  const uint64_t held = put_.load(std::memory_order_relaxed) -
                        taken_.load(std::memory_order_acquire);
  return kCapacity - static_cast<uint32_t>(held);
}

void DrawPool::Put(uint32_t index) {
  const uint64_t put = put_.load(std::memory_order_relaxed);
  slots_[put % kCapacity].store(index, std::memory_order_relaxed);
  put_.store(put + 1, std::memory_order_release);
}

bool DrawPool::wants_refill() const {
  return wants_refill_.load(std::memory_order_acquire);
}

void DrawPool::ClearWant() {
  wants_refill_.store(false, std::memory_order_release);
}

bool DrawPool::never_filled() const {
  return put_.load(std::memory_order_relaxed) == 0;
}

}  // namespace groupring::redis
