// Text that is the same within the quotes of a JSON string.
#ifndef GROUPRING_BACKEND_PROTOCOL_PLAIN_TEXT_H_
#define GROUPRING_BACKEND_PROTOCOL_PLAIN_TEXT_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace groupring::backend {

// ASCII but control characters, quotes and backslashes.
constexpr bool IsPlain(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// How many bytes at the front of `text` stand for themselves.
//
// Eight at a time, after "Determine if a word has a byte less than n" of Sean
// Eron Anderson's Bit Twiddling Hacks: the top bit of a byte is set where it
// is not plain. A borrow can set bits above that too, never below.
inline size_t PlainPrefix(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kTops = kOnes << 7;
  constexpr size_t kStep = sizeof(uint64_t);
  size_t i = 0;
  if constexpr (std::endian::native == std::endian::little) {
    while (text.size() >= kStep && i < text.size()) {
      i = std::min(i, text.size() - kStep);  // the last step may overlap
      uint64_t word;
      std::memcpy(&word, text.data() + i, kStep);
      const uint64_t quotes = (word ^ kOnes * '"') - kOnes;
      const uint64_t backslashes = (word ^ kOnes * '\\') - kOnes;
      const uint64_t controls = word - kOnes * 0x20;
      const uint64_t special = (word | quotes | backslashes | controls) & kTops;
      if (special != 0) {
        return i + static_cast<size_t>(std::countr_zero(special)) / 8;
      }
      i += kStep;
    }
  }
  while (i < text.size() && IsPlain(text[i])) ++i;
  return i;
}

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_PLAIN_TEXT_H_
