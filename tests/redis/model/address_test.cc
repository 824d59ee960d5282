#include "redis/model/address.h"

#include <optional>
#include <tuple>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

TEST_CASE("a single address is read and written as inet_ntop writes it") {
  const auto a = ParseMember(Family::kA, "198.51.100.7");
  REQUIRE(a);
  CHECK(a->is_single());
  CHECK(a->prefix_length == 32);
  CHECK(a->text == "198.51.100.7");
  CHECK(a->canonical == "198.51.100.7");
  CHECK(a->first == AddressBytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                                 198, 51, 100, 7});

  const auto aaaa = ParseMember(Family::kAaaa, "2001:DB8:0:0::0001");
  REQUIRE(aaaa);
  CHECK(aaaa->is_single());
  CHECK(aaaa->text == "2001:DB8:0:0::0001");
  CHECK(aaaa->canonical == "2001:db8::1");

  const auto full_prefix = ParseMember(Family::kA, "198.51.100.7/32");
  REQUIRE(full_prefix);
  CHECK(full_prefix->is_single());
  CHECK(full_prefix->canonical == "198.51.100.7");
}

TEST_CASE("a range is read with its prefix length") {
  const auto a = ParseMember(Family::kA, "198.51.100.0/24");
  REQUIRE(a);
  CHECK_FALSE(a->is_single());
  CHECK(a->prefix_length == 24);
  CHECK(a->canonical.empty());

  const auto aaaa = ParseMember(Family::kAaaa, "2001:db8:1::/48");
  REQUIRE(aaaa);
  CHECK(aaaa->prefix_length == 48);
  CHECK(aaaa->first[1] == 0x01);
  CHECK(aaaa->first[5] == 0x01);
}

TEST_CASE("text that is no member of the family is refused") {
  using namespace std::string_literals;
  const std::string not_a[] = {"",
                               "x",
                               "1.2.3",
                               "1.2.3.4.5",
                               "1.2.3.256",
                               " 1.2.3.4",
                               "1.2.3.4 ",
                               "1.2.3.4\n",
                               "01.2.3.4",
                               "1.2.3.4/",
                               "1.2.3.4/33",
                               "1.2.3.4/-1",
                               "1.2.3.4/+9",
                               "1.2.3.0/024",
                               "1.2.3.0/2x",
                               "1.2.3.4/24",
                               "::1",
                               "2001:db8::1",
                               "1.2.3.4\0"s,
                               "1.2.3.4\0/32"s,
                               "0x1020304",
                               "16909060",
                               "ftp.example.com",
                               "1.2.3.4:80",
                               "1.2.3.0/24/24"};
  for (const std::string& text : not_a) {
    INFO(text);
    CHECK_FALSE(ParseMember(Family::kA, text));
  }
  const std::string not_aaaa[] = {"",
                                  "1.2.3.4",
                                  "2001:db8::g",
                                  "2001:db8::1::",
                                  "[::1]",
                                  "fe80::1%eth0",
                                  "2001:db8::/129",
                                  "2001:db8::1/64",
                                  " 2001::1",
                                  "2001:db8::1\0"s,
                                  std::string(200, ':'),
                                  std::string(46, '1')};
  for (const std::string& text : not_aaaa) {
    INFO(text);
    CHECK_FALSE(ParseMember(Family::kAaaa, text));
  }
}

TEST_CASE("addresses that no client can connect to are refused as members") {
  for (const char* text :
       {"0.0.0.0", "0.0.0.0/0", "0.0.0.0/8", "224.0.0.1", "239.255.255.255",
        "224.0.0.0/24", "192.0.0.0/2", "255.255.255.255", "255.255.255.0/24"}) {
    INFO(text);
    CHECK_FALSE(ParseMember(Family::kA, text));
    CHECK(ParsePrefix(Family::kA, text));
  }
  for (const char* text :
       {"::", "::/0", "::/64", "ff02::1", "ff00::/8", "f000::/4"}) {
    INFO(text);
    CHECK_FALSE(ParseMember(Family::kAaaa, text));
    CHECK(ParsePrefix(Family::kAaaa, text));
  }
  // Neighbours of the refused ones.
  CHECK(ParseMember(Family::kA, "223.255.255.255"));
  CHECK(ParseMember(Family::kA, "255.255.255.254"));
  CHECK(ParseMember(Family::kA, "1.0.0.0/8"));
  CHECK(ParseMember(Family::kAaaa, "::1"));
  CHECK(ParseMember(Family::kAaaa, "fe00::/16"));
}

TEST_CASE("addresses that only seem to be reachable are told apart") {
  const std::tuple<Family, const char*, std::optional<Unreachable>> cases[] = {
      {Family::kA, "127.0.0.1", Unreachable::kLoopback},
      {Family::kA, "127.255.0.0/16", Unreachable::kLoopback},
      {Family::kA, "0.1.2.3", Unreachable::kThisHost},
      {Family::kA, "169.254.1.1", Unreachable::kLinkLocal},
      {Family::kA, "240.0.0.1", Unreachable::kReserved},
      {Family::kAaaa, "::1", Unreachable::kLoopback},
      {Family::kAaaa, "fe80::1", Unreachable::kLinkLocal},
      {Family::kAaaa, "::ffff:192.0.2.1", Unreachable::kMapped},
      {Family::kA, "126.255.255.255", std::nullopt},
      {Family::kA, "128.0.0.1", std::nullopt},
      {Family::kA, "1.0.0.0", std::nullopt},
      {Family::kA, "169.253.255.255", std::nullopt},
      // Private addresses serve the clients of a private network.
      {Family::kA, "10.0.0.1", std::nullopt},
      {Family::kAaaa, "fd00::1", std::nullopt},
      {Family::kAaaa, "::2", std::nullopt},
      {Family::kAaaa, "fec0::1", std::nullopt},
      {Family::kAaaa, "2001:db8::/32", std::nullopt},
  };
  for (const auto& [family, text, kind] : cases) {
    CAPTURE(text);
    const auto member = ParseMember(family, text);
    REQUIRE(member);
    CHECK(UnreachableKind(*member) == kind);
  }
}

TEST_CASE("formatting gives back what was parsed") {
  std::array<char, kAddressTextSize> buffer;
  for (const char* text : {"1.2.3.4", "255.255.255.254"}) {
    CHECK(FormatAddress(Family::kA, ParseMember(Family::kA, text)->first,
                        &buffer) == text);
  }
  for (const char* text :
       {"::1", "2001:db8::a:0:0:1", "2001:db8:1111:2222:3333:4444:5555:6666"}) {
    CHECK(FormatAddress(Family::kAaaa, ParseMember(Family::kAaaa, text)->first,
                        &buffer) == text);
  }
  CHECK(FamilyName(Family::kA) == "A");
  CHECK(FamilyName(Family::kAaaa) == "AAAA");
}

}  // namespace
}  // namespace groupring::redis
