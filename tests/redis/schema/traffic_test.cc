#include "redis/schema/traffic.h"

#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

std::string Hex(const std::string& bytes) {
  return absl::BytesToHexString(bytes);
}
// (absl::HexStringToBytes differs between versions of Abseil.)
std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    const std::string digits(hex.substr(0, 2));
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
  }
  return bytes;
}

// The example of redis/README.md.
const TrafficProfile kExample{
    1'700'000'000'123,
    {{0, {1, 2.5}}, {54154, {0.0625, 300}}, {54155, {0, 1}}},
    {0.5, 12},
    {{54154, 0x0400000000c00002}}};
constexpr const char* kExampleHex =
    "01"                 // format
    "fbd095ffbc31"       // time
    "08c001"             // others: 8 and 192 sixteenths
    "03"                 // slots
    "001028"             // slot 0: 16 and 40
    "89a70301c025"       // 54153 slots between: 1 and 4800
    "000010"             // the next one: 0 and 16
    "01"                 // keys
    "8aa703"             // of slot 54154
    "0400000000c00002";  // 192.0.2.0/24

TEST_CASE("a profile is written as its page says") {
  CHECK(Hex(EncodeProfile(kExample)) == kExampleHex);
}

TEST_CASE("a profile that is written is read back") {
  const auto read = DecodeProfile(Bytes(kExampleHex));
  REQUIRE(read.ok());
  CHECK(*read == kExample);
}

TEST_CASE("slots with less than half a sixteenth of a question are left out") {
  const TrafficProfile faded{0, {{7, {0, 0.03}}, {8, {0, 0.04}}}, {}, {}};
  const auto read = DecodeProfile(EncodeProfile(faded));
  REQUIRE(read.ok());
  CHECK(read->slots == std::vector<SlotQuestions>{{8, {0, 0.0625}}});
}

TEST_CASE("a profile of as many slots as there may be is below 200 kB") {
  TrafficProfile full{1'700'000'000'123, {}, {1e6, 1e7}, {}};
  for (uint32_t i = 0; i < kMostProfileSlots; ++i) {
    full.slots.push_back({i * 64, {20'000, 400'000}});
  }
  const std::string value = EncodeProfile(full);
  CHECK(value.size() < 200'000);
  CHECK(DecodeProfile(value)->slots.size() == kMostProfileSlots);
}

TEST_CASE("what is no profile is refused, with the reason") {
  const std::string good = Bytes(kExampleHex);
  for (size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(DecodeProfile(good.substr(0, size)).ok());
  }
  const auto why = [](const std::string& value) {
    return std::string(DecodeProfile(value).status().message());
  };
  CHECK(why(good + "x") ==
        "is no profile of traffic (more follows its last key); it is left "
        "out");
  CHECK(why("2").find("its first byte is not 1") != std::string::npos);
  // Slot 2^20, and a slot beyond 64 bits.
  CHECK(why(Bytes("01000000018080400000")).find("beyond the last") !=
        std::string::npos);
  CHECK(why(Bytes("0100000001ffffffffffffffffffff010000")).find("too early") !=
        std::string::npos);
  CHECK(why(Bytes("0100000081800100")).find("too many slots") !=
        std::string::npos);
}

}  // namespace
}  // namespace groupring::redis
