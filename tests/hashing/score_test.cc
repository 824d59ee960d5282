#include "hashing/score.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hashing/ring.h"
#include "tests/hashing/rings.h"
#include "tests/hashing/slow_ring.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

constexpr uint64_t kMaxHash = std::numeric_limits<uint64_t>::max();

// Of every size, many near to powers of two and to borders of the table.
uint64_t DrawHash(Draw& draw) {
  const uint64_t hash = draw.Below(kMaxHash) >> draw.Below(64);
  switch (draw.Below(3)) {
    case 0:
      return hash;
    case 1:
      return (uint64_t{1} << draw.Below(64)) + draw.Below(5) - 2;
    default:
      return ((4096 + draw.Below(4096)) << draw.Below(52)) + draw.Below(5) - 2;
  }
}

TEST_CASE("the logarithm is the definition's") {
  Draw draw(1);
  for (int i = 0; i < 200000; ++i) {
    const uint64_t hash = DrawHash(draw);
    CAPTURE(hash);
    REQUIRE(NegativeLog2(hash) == SlowNegativeLog2(hash));
  }
}

TEST_CASE("the logarithm never rises with the hash") {
  Draw draw(2);
  for (int i = 0; i < 500000; ++i) {
    const uint64_t hash = DrawHash(draw);
    if (hash == kMaxHash) continue;
    CAPTURE(hash);
    REQUIRE(NegativeLog2(hash + 1) <= NegativeLog2(hash));
    const uint64_t other = DrawHash(draw);
    REQUIRE(NegativeLog2(std::max(hash, other)) <=
            NegativeLog2(std::min(hash, other)));
  }
}

TEST_CASE("the logarithm is 1 to 2^38, so that no product reaches 2^63") {
  CHECK(NegativeLog2(kMaxHash) == 1);
  CHECK(NegativeLog2(0) == uint64_t{1} << 38);
  CHECK(NegativeLog2(1) == uint64_t{1} << 38);
  CHECK(NegativeLog2(2) == uint64_t{63} << 32);
  CHECK(NegativeLog2(uint64_t{1} << 63) == uint64_t{1} << 32);
  CHECK(NegativeLog2(0) <= (uint64_t{1} << 62) / Ring::kMaxWeight);
}

TEST_CASE("the logarithm is within 2^-26 above the true one") {
  Draw draw(3);
  for (int i = 0; i < 100000; ++i) {
    const uint64_t hash = std::max<uint64_t>(DrawHash(draw), 1);
    const long double truth = 64 - std::log2(static_cast<long double>(hash));
    const long double ours =
        static_cast<long double>(NegativeLog2(hash)) / 4294967296.0L;
    CAPTURE(hash);
    REQUIRE(ours >= truth);
    REQUIRE(ours - truth < 1.0L / (1 << 26));
  }
}

TEST_CASE("the quick bound is never above the logarithm") {
  Draw draw(4);
  for (int i = 0; i < 500000; ++i) {
    // The bound is close where hashes are large.
    const uint64_t near_one = ~(draw.Below(kMaxHash) >> draw.Below(64));
    for (const uint64_t hash : {near_one, DrawHash(draw), uint64_t{0}}) {
      CAPTURE(hash);
      REQUIRE(NegativeLog2AtLeast(hash) <= NegativeLog2(hash));
    }
  }
}

Score ScoreOf(uint64_t hash, uint32_t weight) {
  return {hash, NegativeLog2(hash), weight};
}

TEST_CASE("of equal fractions the larger hash comes first") {
  // -log2(1/2) / 1 == -log2(1/4) / 2.
  const Score half = ScoreOf(uint64_t{1} << 63, 1);
  const Score quarter = ScoreOf(uint64_t{1} << 62, 2);
  REQUIRE(half.e * quarter.weight == quarter.e * half.weight);
  CHECK(Precedes(half, quarter));
  CHECK(!Precedes(quarter, half));
  // Different hashes of one logarithm.
  const uint64_t hash = kMaxHash - (uint64_t{1} << 40);
  REQUIRE(NegativeLog2(hash) == NegativeLog2(hash - 1));
  CHECK(Precedes(ScoreOf(hash, 3), ScoreOf(hash - 1, 3)));
  CHECK(!Precedes(ScoreOf(hash - 1, 3), ScoreOf(hash, 3)));
}

TEST_CASE("scores are in one total order") {
  Draw draw(5);
  for (int i = 0; i < 100000; ++i) {
    Score scores[3];
    for (Score& score : scores) {
      const uint64_t weight =
          1 + (draw.Below(Ring::kMaxWeight) >> draw.Below(25));
      score = ScoreOf(DrawHash(draw), static_cast<uint32_t>(weight));
    }
    const auto& [a, b, c] = scores;
    CHECK(!Precedes(a, a));
    if (a.hash != b.hash) REQUIRE(Precedes(a, b) != Precedes(b, a));
    if (Precedes(a, b) && Precedes(b, c)) REQUIRE(Precedes(a, c));
  }
}

}  // namespace
}  // namespace groupring::hashing
