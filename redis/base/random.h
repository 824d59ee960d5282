// Randomness, passed in so that tests can repeat a run.
#ifndef GROUPRING_REDIS_BASE_RANDOM_H_
#define GROUPRING_REDIS_BASE_RANDOM_H_

#include <cstdint>
#include <random>

namespace groupring {

// The 128-bit product of two 64-bit numbers; a GCC and clang extension.
__extension__ typedef unsigned __int128 Uint128;

// Not thread-safe: each thread owns its source. Not for secrets.
class Random {
 public:
  virtual ~Random() = default;

  // 64 uniform bits.
  virtual uint64_t Next() = 0;

  // Uniform in [0, bound). REQUIRES: bound > 0.
  // Multiply-shift; its bias is below bound / 2^64.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<Uint128>(Next()) * bound) >> 64);
  }
};

class Mt19937Random : public Random {
 public:
  Mt19937Random() : engine_(SeedFromDevice()) {}
  explicit Mt19937Random(uint64_t seed) : engine_(seed) {}
  uint64_t Next() override { return engine_(); }

 private:
  static uint64_t SeedFromDevice() {
    std::random_device device;
    return (uint64_t{device()} << 32) | device();
  }
  std::mt19937_64 engine_;
};

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_RANDOM_H_
