// A group's score in a slot: -log2 of its pair hash, divided by its weight.
// The lowest score comes first.
//
// Uses integers only, and no division: scores are compared by
// cross-multiplication.
#ifndef GROUPRING_HASHING_SCORE_H_
#define GROUPRING_HASHING_SCORE_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace groupring::hashing {

inline constexpr int kLogTableBits = 12;
inline constexpr size_t kLogTableSize = size_t{1} << kLogTableBits;

// log2(1 + i / 4096) in units of 2^-32, rounded down, modulo 2^32: the last
// entry, which is 1, is stored as 0.
extern const std::array<uint32_t, kLogTableSize + 1> kLogTable;

// E(hash) = -log2(hash / 2^64) in units of 2^-32, with an error below 2^-26 and
// never too low. It never increases with the hash; 1 … 2^38. A hash of 0 counts
// as 1.
inline uint64_t NegativeLog2(uint64_t hash) {
  const int zeros = std::countl_zero(hash | 1);
  // Shifts out the leading one bit. The fraction is left, which is 0 for hashes
  // of 1 and of 0.
  const uint64_t fraction = hash << zeros << 1;
  const size_t i = fraction >> (64 - kLogTableBits);
  const uint64_t between = (fraction << kLogTableBits) >> 24;  // 40 bits
  const uint32_t step = kLogTable[i + 1] - kLogTable[i];
  const uint64_t log2_of_mantissa = kLogTable[i] + ((step * between) >> 40);
  return (static_cast<uint64_t>(zeros + 1) << 32) - log2_of_mantissa;
}

// A lower bound of NegativeLog2(hash) that is cheap to compute:
// -log2(x) > (1 - x).
inline uint64_t NegativeLog2AtLeast(uint64_t hash) { return ~hash >> 32; }

struct Score {
  uint64_t hash = 0;  // the pair hash
  uint64_t e = 0;     // NegativeLog2(hash)
  uint32_t weight = 0;
};

// Whether `a` comes before `b`. Products stay below 2^63: e is at most 2^38 and
// weights are at most 2^24. A total order, because two groups never have the
// same pair hash in one slot. Scores with the same weight are ordered by their
// hashes only, without using e.
inline bool Precedes(const Score& a, const Score& b) {
  if (a.weight == b.weight) return a.hash > b.hash;
  const uint64_t left = a.e * b.weight;
  const uint64_t right = b.e * a.weight;
  return left != right ? left < right : a.hash > b.hash;
}

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_SCORE_H_
