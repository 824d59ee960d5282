#include "hashing/subnet_key.h"

#include <arpa/inet.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "hashing/ring.h"
#include "tests/hashing/allocations.h"
#include "tests/hashing/rings.h"
#include "tests/support/catch.h"

namespace groupring::hashing {
namespace {

ClientSubnet Parsed(const std::string& text) {
  INFO(text);
  const auto subnet = ParseClientSubnet(text);
  REQUIRE(subnet.has_value());
  return *subnet;
}

std::string Ipv4Text(uint64_t bits) {
  char text[32];
  std::snprintf(text, sizeof text, "%u.%u.%u.%u",
                static_cast<unsigned>(bits >> 24 & 255),
                static_cast<unsigned>(bits >> 16 & 255),
                static_cast<unsigned>(bits >> 8 & 255),
                static_cast<unsigned>(bits & 255));
  return text;
}

// The first 64 bits, then the last 16.
std::string Ipv6Text(uint64_t high, unsigned low) {
  char text[64];
  std::snprintf(text, sizeof text, "%x:%x:%x:%x::%x",
                static_cast<unsigned>(high >> 48 & 0xffff),
                static_cast<unsigned>(high >> 32 & 0xffff),
                static_cast<unsigned>(high >> 16 & 0xffff),
                static_cast<unsigned>(high & 0xffff), low);
  return text;
}

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
    const ClientSubnet subnet = Parsed(example.text);
    CHECK(subnet.key.value == example.key);
    CHECK(SlotOf(subnet.key) == example.slot);
    CHECK(SubnetText(subnet.key) == example.text);
  }
}

TEST_CASE("a text is an IPv4 address if inet_pton says so") {
  const std::string characters = "0012255..../% x-";
  Draw draw(7);
  int addresses = 0;
  const auto check = [&](const std::string& text) {
    CAPTURE(text);
    in_addr expected;
    const bool is_address = inet_pton(AF_INET, text.c_str(), &expected) == 1;
    const auto subnet = ParseClientSubnet(text);
    // "1.2.3.4/24" and "1.2.3.4%a" are more than an address.
    if (text.find_first_of("/%") != std::string::npos) return;
    REQUIRE(subnet.has_value() == is_address);
    if (!is_address) return;
    ++addresses;
    CHECK(subnet->source_prefix_length == 32);
    CHECK(subnet->key.value ==
          (uint64_t{4} << 56 | ntohl(expected.s_addr) >> 8));
  };
  for (const char* text : {"",
                           ".",
                           "1",
                           "1.2.3",
                           "1.2.3.",
                           "1.2.3.4.",
                           "1.2.3.4.5",
                           ".1.2.3",
                           "1..2.3",
                           "01.2.3.4",
                           "00.2.3.4",
                           "0.0.0.0",
                           "1.2.3.00",
                           "1.2.3.256",
                           "1.2.3.999",
                           "1.2.3.1000",
                           "1.2.3.4294967297",
                           "255.255.255.255",
                           " 1.2.3.4",
                           "1.2.3.4 ",
                           "+1.2.3.4",
                           "1.2.3.-4",
                           "0x1.2.3.4"}) {
    check(text);
  }
  for (int i = 0; i < 300'000; ++i) {
    std::string text =
        i % 2 == 0 ? "" : Ipv4Text(draw.Below(uint64_t{1} << 32));
    if (i % 2 == 0) {
      for (uint64_t size = draw.Below(16); size > 0; --size) {
        text += characters[draw.Below(characters.size())];
      }
    } else {
      text[draw.Below(text.size())] = characters[draw.Below(characters.size())];
    }
    check(text);
  }
  CHECK(addresses > 40'000);
}

TEST_CASE("all addresses of a /24 have one key, its neighbours have others") {
  Draw draw(1);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t bits = draw.Below(uint64_t{1} << 32);
    const SubnetKey key = Parsed(Ipv4Text(bits)).key;
    CHECK(key.value == (uint64_t{4} << 56 | bits >> 8));
    CHECK(Parsed(Ipv4Text(bits ^ draw.Below(256))).key == key);
    CHECK(Parsed(Ipv4Text(bits) + "/24").key == key);
    CHECK(Parsed(Ipv4Text(bits) + "/32").key == key);
    CHECK(!(Parsed(Ipv4Text(bits ^ 256)).key == key));
    CHECK(key.is_ipv4());
    CHECK(key.prefix_length() == 24);
  }
}

TEST_CASE("all addresses of a /48 have one key, its neighbours have others") {
  Draw draw(2);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t high = draw.Below(~uint64_t{0});
    const SubnetKey key = Parsed(Ipv6Text(high, 1)).key;
    CHECK(key.value == (uint64_t{6} << 56 | high >> 16));
    CHECK(Parsed(Ipv6Text(high ^ draw.Below(65536), 77)).key == key);
    CHECK(Parsed(Ipv6Text(high, 5) + "/48").key == key);
    CHECK(!(Parsed(Ipv6Text(high ^ 65536, 1)).key == key));
    CHECK(!key.is_ipv4());
    CHECK(key.prefix_length() == 48);
  }
}

TEST_CASE("an IPv4-mapped address is the IPv4 address, its prefix less 96") {
  Draw draw(3);
  for (int i = 0; i < 2000; ++i) {
    const std::string ipv4 = Ipv4Text(draw.Below(uint64_t{1} << 32));
    const auto length = static_cast<unsigned>(draw.Below(33));
    const ClientSubnet plain = Parsed(ipv4 + "/" + std::to_string(length));
    const ClientSubnet mapped =
        Parsed("::ffff:" + ipv4 + "/" + std::to_string(length + 96));
    CAPTURE(ipv4, length);
    CHECK(mapped.key == plain.key);
    CHECK(mapped.source_prefix_length == length);
    CHECK(Parsed("::FFFF:" + ipv4).key == Parsed(ipv4).key);
    CHECK(Parsed("::ffff:" + ipv4).source_prefix_length == 32);
  }
}

TEST_CASE("a prefix too short to say that it is IPv4-mapped is IPv6") {
  for (int length = 0; length < 96; ++length) {
    CAPTURE(length);
    const ClientSubnet subnet =
        Parsed("::ffff:192.0.2.1/" + std::to_string(length));
    CHECK(subnet.key.value == uint64_t{6} << 56);
    CHECK(subnet.source_prefix_length == length);
  }
}

TEST_CASE("other addresses that carry IPv4 ones are IPv6") {
  for (const char* text :
       {"::192.0.2.1", "::ffff:0:192.0.2.1", "64:ff9b::192.0.2.1",
        "::fffe:192.0.2.1", "2002:c000:201::", "1::ffff:192.0.2.1"}) {
    CAPTURE(text);
    CHECK(!Parsed(text).key.is_ipv4());
  }
}

TEST_CASE("bits beyond a client's prefix are zero") {
  Draw draw(4);
  for (unsigned length = 0; length <= 32; ++length) {
    const uint64_t bits = draw.Below(uint64_t{1} << 32);
    const uint64_t masked =
        length == 0 ? 0 : bits >> (32 - length) << (32 - length);
    const ClientSubnet subnet =
        Parsed(Ipv4Text(bits) + "/" + std::to_string(length));
    CAPTURE(length, bits);
    CHECK(subnet.key.value == (uint64_t{4} << 56 | masked >> 8));
    CHECK(subnet.source_prefix_length == length);
  }
  for (unsigned length = 0; length <= 128; ++length) {
    const uint64_t high = draw.Below(~uint64_t{0});
    const uint64_t masked = length == 0 ? 0
                            : length >= 64
                                ? high
                                : high >> (64 - length) << (64 - length);
    const ClientSubnet subnet =
        Parsed(Ipv6Text(high, 9) + "/" + std::to_string(length));
    CAPTURE(length, high);
    CHECK(subnet.key.value == (uint64_t{6} << 56 | masked >> 16));
    CHECK(subnet.source_prefix_length == length);
  }
}

TEST_CASE("a zone after the address does not matter") {
  CHECK(Parsed("fe80::1%eth1").key == Parsed("fe80::1").key);
  CHECK(Parsed("fe80::1%eth1").source_prefix_length == 128);
  CHECK(Parsed("fe80:1::1%2/40").key == Parsed("fe80:1::1/40").key);
  CHECK(Parsed("fe80:1::1%2/40").source_prefix_length == 40);
  CHECK(Parsed("192.0.2.1%lo/20").key == Parsed("192.0.2.1/20").key);
  CHECK(Parsed("::ffff:192.0.2.1%eth0").key == Parsed("192.0.2.1").key);
  CHECK(!ParseClientSubnet("fe80::1%"));
  CHECK(!ParseClientSubnet("fe80::1%/64"));
  CHECK(!ParseClientSubnet("%eth1"));
}

TEST_CASE("prefixes out of range are no subnets") {
  for (const char* text :
       {"192.0.2.1/33", "192.0.2.1/129", "2001:db8::/129", "192.0.2.1/256",
        "2001:db8::/384", "192.0.2.1/4294967320", "192.0.2.1/-8",
        "192.0.2.1/+8", "192.0.2.1/ 8", "192.0.2.1/8 ", "192.0.2.1/",
        "192.0.2.1/1e1", "192.0.2.1/24/24", "::ffff:192.0.2.1/129"}) {
    CAPTURE(text);
    CHECK(!ParseClientSubnet(text));
  }
}

TEST_CASE("anything else is no subnet") {
  for (const std::string& text : {std::string(),
                                  std::string("/"),
                                  std::string("/24"),
                                  std::string("x"),
                                  std::string("192.0.2"),
                                  std::string("192.0.2.1.5"),
                                  std::string("192.0.2.256"),
                                  std::string(" 192.0.2.1"),
                                  std::string("192.0.2.1 "),
                                  std::string("192.0.2.01"),
                                  std::string("0x1.2.3.4"),
                                  std::string("3221225985"),
                                  std::string("2001:db8:::"),
                                  std::string("1::2::3"),
                                  std::string("12345::"),
                                  std::string("[2001:db8::1]"),
                                  std::string("2001:db8::1]"),
                                  std::string("192.0.2.1:53"),
                                  std::string("localhost"),
                                  std::string("192.0.2.1\0", 10),
                                  std::string("192.0.2.1\0/24", 13),
                                  std::string("192.0.2.1/2\0", 12),
                                  std::string(45, '1'),
                                  std::string(46, ':'),
                                  std::string(47, ':'),
                                  std::string(5000, '1')}) {
    CAPTURE(text);
    CHECK(!ParseClientSubnet(text));
  }
}

TEST_CASE("the longest text of an address is understood") {
  CHECK(Parsed("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128").key.value ==
        0x0600ffffffffffff);
}

TEST_CASE("only the text itself is read") {
  const std::string longer = "192.0.2.1/245";
  const auto subnet = ParseClientSubnet(std::string_view(longer).substr(0, 12));
  REQUIRE(subnet.has_value());
  CHECK(subnet->source_prefix_length == 24);
}

TEST_CASE("bytes of any kind never parse to an impossible key") {
  Draw draw(5);
  const std::string alphabet("0123456789abcdefF:./%\0 x", 24);
  size_t parsed = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    for (uint64_t left = draw.Below(14); left > 0; --left) {
      text.push_back(alphabet[draw.Below(alphabet.size())]);
    }
    const auto subnet = ParseClientSubnet(text);
    if (!subnet.has_value()) continue;
    ++parsed;
    CAPTURE(text);
    const uint64_t family = subnet->key.value >> 56;
    CHECK((family == 4 || family == 6));
    CHECK(subnet->source_prefix_length <= (family == 4 ? 32 : 128));
    if (family == 4) CHECK((subnet->key.value & 0xffffffff000000) == 0);
    CHECK(Parsed(SubnetText(subnet->key)).key == subnet->key);
  }
  CHECK(parsed > 20);
}

TEST_CASE("a key's text parses to the key, with the key's prefix length") {
  Draw draw(6);
  for (int i = 0; i < 2000; ++i) {
    const SubnetKey ipv4{uint64_t{4} << 56 | draw.Below(uint64_t{1} << 24)};
    // Zeros in any place, for the shortened forms.
    const SubnetKey ipv6{uint64_t{6} << 56 |
                         (draw.Below(uint64_t{1} << 48) &
                          ~(uint64_t{0xffff} << 16 * draw.Below(4)))};
    for (const SubnetKey key : {ipv4, ipv6}) {
      const ClientSubnet back = Parsed(SubnetText(key));
      CHECK(back.key == key);
      CHECK(back.source_prefix_length == key.prefix_length());
    }
  }
  CHECK(SubnetText(Parsed("203.0.113.7").key) == "203.0.113.0/24");
  CHECK(SubnetText(Parsed("2001:DB8:1:2::3").key) == "2001:db8:1::/48");
  CHECK(SubnetText(Parsed("::1").key) == "::/48");
}

TEST_CASE("parsing allocates nothing") {
  const std::string texts[] = {"203.0.113.7",
                               "203.0.113.0/24",
                               "2001:db8:1:2:3:4:5:6/128",
                               "::ffff:192.0.2.1/120",
                               "fe80::1%a-rather-long-name-of-an-interface/64",
                               "junk",
                               std::string(500, '1')};
  const size_t before = Allocations();
  size_t parsed = 0;
  for (const std::string& text : texts) {
    parsed += ParseClientSubnet(text).has_value() ? 1 : 0;
  }
  CHECK(Allocations() == before);
  CHECK(parsed == 5);
}

// How far the counts are from even, in standard deviations.
double ChiSquareDeviation(const std::vector<uint32_t>& counts) {
  double total = 0;
  for (const uint32_t count : counts) total += count;
  const double mean = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const uint32_t count : counts) {
    sum += (count - mean) * (count - mean) / mean;
  }
  const double freedom = static_cast<double>(counts.size()) - 1;
  return (sum - freedom) / std::sqrt(2 * freedom);
}

TEST_CASE("neighbouring subnets are spread over the slots as if drawn") {
  CHECK(std::abs(ChiSquareDeviation(Ipv4SubnetsOfSlots())) < 5);

  std::vector<uint32_t> ipv6(kSlots);
  for (uint64_t bits = 0; bits < uint64_t{1} << 24; ++bits) {
    ++ipv6[SlotOf({uint64_t{6} << 56 | uint64_t{0x2001} << 32 | bits})];
  }
  CHECK(std::abs(ChiSquareDeviation(ipv6)) < 5);
}

}  // namespace
}  // namespace groupring::hashing
