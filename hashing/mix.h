// The integer mixing that the whole format is built from.
#ifndef GROUPRING_HASHING_MIX_H_
#define GROUPRING_HASHING_MIX_H_

#include <cstdint>

namespace groupring::hashing {

// 2^64 divided by the golden ratio, odd: spreads consecutive numbers.
inline constexpr uint64_t kGoldenGamma = 0x9e3779b97f4a7c15;

// The finaliser of splitmix64. One-to-one: different inputs have different
// results.
constexpr uint64_t Mix64(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_MIX_H_
