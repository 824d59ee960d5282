// The golden vectors: lines of fields, written by golden/generate.py.
#ifndef GROUPRING_TESTS_HASHING_GOLDEN_FILE_H_
#define GROUPRING_TESTS_HASHING_GOLDEN_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hashing/ring.h"

namespace groupring::hashing {

using GoldenLine = std::vector<std::string>;

// The lines of a file of golden/, without comments. Fails the test when there
// are none.
std::vector<GoldenLine> ReadGolden(const std::string& file);

std::vector<std::string> Split(std::string_view text, char separator);

uint64_t FromHex(const std::string& digits);
uint64_t FromDecimal(const std::string& digits);

// A ring of golden/rings.txt. Its indices are those of the file.
std::shared_ptr<const Ring> GoldenRing(const std::string& name);

}  // namespace groupring::hashing

#endif  // GROUPRING_TESTS_HASHING_GOLDEN_FILE_H_
