#include "hashing/subnet_key.h"

#include <string>

#include "hashing/ring.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

TEST_CASE("published examples of the format map as published") {
  struct Example {
    std::string text;
    uint64_t key;
    uint32_t slot;
  };
  for (const Example& example : {
           Example{"192.0.2.0/24", 0x0400000000c00002, 54154},
           Example{"0.0.0.0/24", 0x0400000000000000, 558971},
           Example{"10.0.0.0/24", 0x04000000000a0000, 714349},
           Example{"2001:db8::/48", 0x060020010db80000, 446262},
       }) {
    CAPTURE(example.text);
    const auto subnet = ParseClientSubnet(example.text);
    REQUIRE(subnet.has_value());
    CHECK(subnet->key.value == example.key);
    CHECK(SlotOf(subnet->key) == example.slot);
    CHECK(SubnetText(subnet->key) == example.text);
  }
}

}  // namespace
}  // namespace groupring::hashing
