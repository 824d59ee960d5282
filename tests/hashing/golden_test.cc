#include <array>
#include <fstream>
#include <iterator>

#include "hashing/group_hash.h"
#include "hashing/label_key.h"
#include "hashing/owner_table.h"
#include "hashing/score.h"
#include "tests/hashing/digest.h"
#include "tests/hashing/golden_file.h"
#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

std::string FromHexBytes(const std::string& digits) {
  std::string bytes;
  if (digits == "-") return bytes;
  for (size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(FromHex(digits.substr(i, 2))));
  }
  return bytes;
}

RingState GoldenState(const std::string& ring, const std::string& shares) {
  RingState state = Whole(GoldenRing(ring));
  if (shares == "-") return state;
  for (const std::string& part : Split(shares, ',')) {
    const auto name_and_share = Split(part, '=');
    state = WithShare(std::move(state), name_and_share.at(0),
                      FromDecimal(name_and_share.at(1)));
  }
  return state;
}

TEST_CASE("golden subnets have their keys, prefixes, texts and slots") {
  for (const GoldenLine& line : ReadGolden("subnets.txt")) {
    CAPTURE(line.at(0));
    const auto subnet = ParseClientSubnet(line.at(0));
    if (line.at(1) == "-") {
      CHECK(!subnet.has_value());
      continue;
    }
    REQUIRE(subnet.has_value());
    CHECK(subnet->key.value == FromHex(line.at(1)));
    CHECK(subnet->source_prefix_length == FromDecimal(line.at(2)));
    CHECK(SubnetText(subnet->key) == line.at(3));
    CHECK(SlotOf(subnet->key) == FromDecimal(line.at(4)));
    CHECK_FALSE(IsLabelKey(subnet->key));
  }
}

TEST_CASE("golden labels have their parts, keys and slots") {
  for (const GoldenLine& line : ReadGolden("labels.txt")) {
    CAPTURE(line.at(0), line.at(1), line.at(2));
    const auto parts = static_cast<uint32_t>(FromDecimal(line.at(1)));
    const uint32_t part = LabelPart({FromHex(line.at(2))}, parts);
    CHECK(part == FromDecimal(line.at(3)));
    const SubnetKey key = LabelKey(LabelHash(line.at(0)), part);
    CHECK(key.value == FromHex(line.at(4)));
    CHECK(SlotOf(key) == FromDecimal(line.at(5)));
    CHECK(IsLabelKey(key));
  }
}

TEST_CASE("golden names have their hashes") {
  for (const GoldenLine& line : ReadGolden("names.txt")) {
    CAPTURE(line.at(0));
    const std::string name = FromHexBytes(line.at(0));
    CHECK(OrderHash(name) == FromHex(line.at(1)));
    CHECK(ShareHash(name) == FromHex(line.at(2)));
  }
}

TEST_CASE("golden hashes have their logarithms") {
  for (const GoldenLine& line : ReadGolden("negative_log2.txt")) {
    CAPTURE(line.at(0));
    if (line.at(0) == "table") {
      std::vector<uint32_t> entries(kLogTable.begin(), kLogTable.end() - 1);
      CHECK(DigestOf(entries) == FromHex(line.at(1)));
    } else {
      CHECK(NegativeLog2(FromHex(line.at(0))) == FromDecimal(line.at(1)));
    }
  }
}

TEST_CASE("golden slots have their orders of groups") {
  std::string name;
  std::shared_ptr<const Ring> ring;
  RingOrder order;
  for (const GoldenLine& line : ReadGolden("orders.txt")) {
    if (name != line.at(0)) ring = GoldenRing(name = line.at(0));
    const auto slot = static_cast<uint32_t>(FromDecimal(line.at(1)));
    CAPTURE(name, slot);
    order.Start(*ring, slot);
    std::vector<uint64_t> expected;
    for (const std::string& index : Split(line.at(2), ' ')) {
      expected.push_back(FromDecimal(index));
    }
    std::vector<uint64_t> given;
    while (const auto next = order.Next()) given.push_back(*next);
    CHECK(given == expected);
    CHECK(ring->First(slot) == expected.at(0));
  }
}

TEST_CASE("golden slots are kept above their golden shares") {
  const auto ring = GoldenRing("example");
  for (const GoldenLine& line : ReadGolden("keeps.txt")) {
    const size_t index = ring->IndexOf(line.at(0)).value();
    const auto slot = static_cast<uint32_t>(FromDecimal(line.at(1)));
    const uint64_t hash = FromDecimal(line.at(2));
    CAPTURE(line.at(0), slot);
    CHECK(!ring->Keeps(index, slot, hash));
    CHECK(ring->Keeps(index, slot, hash + 1));
  }
}

TEST_CASE("golden states have their owners in all slots") {
  for (const GoldenLine& line : ReadGolden("owners.txt")) {
    CAPTURE(line.at(0), line.at(1));
    const RingState state = GoldenState(line.at(0), line.at(1));
    CHECK(DigestOf(OwnersOf(state)) == FromHex(line.at(2)));

    const auto slots = SharesOf(state);
    const auto counts = Split(line.at(3), ',');
    REQUIRE(counts.size() == state.ring->size());
    for (size_t i = 0; i < counts.size(); ++i) {
      CHECK(slots.at(state.ring->name(i)) == FromDecimal(counts[i]));
    }
    const uint64_t nobody = FromDecimal(line.at(4));
    CHECK(slots.contains("") == (nobody > 0));
    if (nobody > 0) CHECK(slots.at("") == nobody);
  }
}

TEST_CASE("the worked examples on the page are the computed ones") {
  std::ifstream stream(std::string(GROUPRING_SOURCE_DIR) +
                       "/hashing/README.md");
  const std::string page((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  for (const char* file : {"example.txt", "label_example.txt"}) {
    for (const GoldenLine& line : ReadGolden(file)) {
      CAPTURE(line.at(0));
      CHECK(page.find("\n    " + line.at(0) + "\n") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace groupring::hashing
