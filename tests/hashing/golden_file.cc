#include "tests/hashing/golden_file.h"

#include <fstream>

#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {

std::vector<GoldenLine> ReadGolden(const std::string& file) {
  std::ifstream stream(std::string(GROUPRING_SOURCE_DIR) +
                       "/tests/hashing/golden/" + file);
  std::vector<GoldenLine> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with('#')) lines.push_back(Split(line, '\t'));
  }
  INFO("golden file " << file);
  REQUIRE(!lines.empty());
  return lines;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t at = 0; at != std::string_view::npos;) {
    const size_t end = text.find(separator, at);
    parts.emplace_back(text.substr(at, end - at));
    at = end == std::string_view::npos ? end : end + 1;
  }
  return parts;
}

uint64_t FromHex(const std::string& digits) {
  return std::stoull(digits, nullptr, 16);
}

uint64_t FromDecimal(const std::string& digits) { return std::stoull(digits); }

std::shared_ptr<const Ring> GoldenRing(const std::string& name) {
  std::vector<RingGroup> groups;
  for (const GoldenLine& line : ReadGolden("rings.txt")) {
    if (line.at(0) != name) continue;
    groups.push_back(
        {line.at(1), static_cast<uint32_t>(FromDecimal(line.at(2)))});
  }
  const std::vector<RingGroup> listed = groups;
  auto ring = MakeRing(std::move(groups));
  REQUIRE(ring->size() == listed.size());
  for (size_t i = 0; i < listed.size(); ++i) {
    REQUIRE(ring->name(i) == listed[i].name);
  }
  return ring;
}

}  // namespace groupring::hashing
