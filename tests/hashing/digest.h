// One number for many.
#ifndef GROUPRING_TESTS_HASHING_DIGEST_H_
#define GROUPRING_TESTS_HASHING_DIGEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "hashing/group_hash.h"

namespace groupring::hashing {

// XXH64, seed 0, of the words one after the other, lowest byte first.
template <typename Word>
uint64_t DigestOf(const std::vector<Word>& words) {
  std::string bytes;
  for (const Word word : words) {
    for (size_t i = 0; i < sizeof(Word); ++i) {
      bytes.push_back(static_cast<char>(word >> (8 * i)));
    }
  }
  return OrderHash(bytes);
}

}  // namespace groupring::hashing

#endif  // GROUPRING_TESTS_HASHING_DIGEST_H_
