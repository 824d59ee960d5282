// Draws that Redis made (SRANDMEMBER key -N), used up one by one.
#ifndef GROUPRING_REDIS_MODEL_DRAW_POOL_H_
#define GROUPRING_REDIS_MODEL_DRAW_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace groupring::redis {

// A bounded queue with one producer (the store's thread) and any number of
// consumers (query threads). Lock-free: a consumer never waits for Redis.
// Each draw is handed out once.
class DrawPool {
 public:
  static constexpr uint32_t kCapacity = 256;

  // What Take returns next, unless another thread takes it first.
  std::optional<uint32_t> Peek() const {
    const uint64_t taken = taken_.load(std::memory_order_relaxed);
    if (taken >= put_.load(std::memory_order_acquire)) return std::nullopt;
    return slots_[taken % kCapacity].load(std::memory_order_relaxed);
  }

  // The next draw: an index into the set's members. Nothing when none is left.
  // Marks the pool for a refill when it is less than half full; the call that
  // sets the mark also sets *wake to true.
  std::optional<uint32_t> Take(bool* wake);

  // Producer only.
  uint32_t Free() const;
  void Put(uint32_t index);  // REQUIRES: Free() > 0
  bool wants_refill() const;
  void ClearWant();
  bool never_filled() const;

 private:
  const std::unique_ptr<std::atomic<uint32_t>[]> slots_ =
      std::make_unique<std::atomic<uint32_t>[]>(kCapacity);
  std::atomic<uint64_t> taken_{0};  // draws handed out since the start
  std::atomic<uint64_t> put_{0};    // draws put in since the start
  std::atomic<bool> wants_refill_{true};
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_DRAW_POOL_H_
