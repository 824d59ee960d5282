// A counter that costs its writer a plain increment.
#ifndef GROUPRING_REDIS_BASE_COUNT_H_
#define GROUPRING_REDIS_BASE_COUNT_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace groupring {

// Written by one thread; read by any.
class Count {
 public:
  void Add(uint64_t more = 1) {
    value_.store(value() + more, std::memory_order_relaxed);
  }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

template <size_t kSize>
void AddAll(const std::array<Count, kSize>& from,
            std::array<Count, kSize>* to) {
  for (size_t i = 0; i < kSize; ++i) (*to)[i].Add(from[i].value());
}

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_COUNT_H_
