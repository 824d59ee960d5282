#include "hashing/score.h"

#include <utility>

namespace groupring::hashing {
namespace {

// log2(1 + i / 4096) for i < 4096, bit by bit: squaring a number doubles its
// logarithm, and the next bit is 1 if the square is at least 2. `y` is the
// number, in [1, 2), in units of 2^-63. The bits that the squarings lose add up
// to less than 2^-58, and no entry is that close to a change of its 32nd bit.
constexpr uint32_t Log2OnePlus(size_t i) {
  uint64_t y = (uint64_t{kLogTableSize} + i) << (63 - kLogTableBits);
  uint32_t log = 0;
  for (int bit = 0; bit < 32; ++bit) {
    const uint64_t high = y >> 32;
    const uint64_t low = y & 0xffffffff;
    const uint64_t square = high * high + ((high * low) >> 31);  // 2^-62
    const bool reached_two = (square >> 63) != 0;
    log = (log << 1) | uint32_t{reached_two};
    y = reached_two ? square : square << 1;
  }
  return log;
}

// In pieces, because compilers limit the work of one constant expression.
constexpr size_t kPiece = 256;

template <size_t kFirst>
constexpr std::array<uint32_t, kPiece> kPieceFrom = [] {
  std::array<uint32_t, kPiece> piece{};
  for (size_t i = 0; i < kPiece; ++i) piece[i] = Log2OnePlus(kFirst + i);
  return piece;
}();

template <size_t... kPieces>
constexpr auto Join(std::index_sequence<kPieces...>) {
  std::array<uint32_t, kLogTableSize + 1> table{};
  const std::array<uint32_t, kPiece>* const pieces[] = {
      &kPieceFrom<kPieces * kPiece>...};
  for (size_t i = 0; i < kLogTableSize; ++i) {
    table[i] = (*pieces[i / kPiece])[i % kPiece];
  }
  return table;
}

}  // namespace

constexpr std::array<uint32_t, kLogTableSize + 1> kLogTable =
    Join(std::make_index_sequence<kLogTableSize / kPiece>());

}  // namespace groupring::hashing
