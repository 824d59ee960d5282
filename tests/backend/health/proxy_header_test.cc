#include "backend/health/proxy_header.h"

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::Family;
using redis::ProxyHeader;

AddressAndPort At(Family family, std::string_view text, uint16_t port) {
  return {family, redis::ParseMember(family, text)->first, port};
}

const AddressAndPort kSource = At(Family::kA, "198.51.100.9", 40000);
const AddressAndPort kTarget = At(Family::kA, "192.0.2.1", 21);
const AddressAndPort kSource6 = At(Family::kAaaa, "2001:db8::9", 40000);
const AddressAndPort kTarget6 = At(Family::kAaaa, "2001:db8::1", 21);

TEST_CASE("no header is sent where none is wanted") {
  CHECK(ProxyHeaderBytes(ProxyHeader::kOff, kSource, kTarget).empty());
}

TEST_CASE("version 1 is a line of text") {
  CHECK(ProxyHeaderBytes(ProxyHeader::kV1, kSource, kTarget) ==
        "PROXY TCP4 198.51.100.9 192.0.2.1 40000 21\r\n");
  CHECK(ProxyHeaderBytes(ProxyHeader::kV1, kSource6, kTarget6) ==
        "PROXY TCP6 2001:db8::9 2001:db8::1 40000 21\r\n");
}

TEST_CASE("version 2 is the bytes of its specification") {
  const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
  CHECK(ProxyHeaderBytes(ProxyHeader::kV2, kSource, kTarget) ==
        signature + std::string("\x21\x11\x00\x0c", 4) + "\xc6\x33\x64\x09" +
            std::string("\xc0\x00\x02\x01", 4) + "\x9c\x40" +
            std::string("\x00\x15", 2));
  const std::string zeros(10, '\0');
  const std::string prefix("\x20\x01\x0d\xb8");
  CHECK(ProxyHeaderBytes(ProxyHeader::kV2, kSource6, kTarget6) ==
        signature + std::string("\x21\x21\x00\x24", 4) + prefix + zeros +
            std::string("\x00\x09", 2) + prefix + zeros +
            std::string("\x00\x01", 2) + "\x9c\x40" +
            std::string("\x00\x15", 2));
}

}  // namespace
}  // namespace groupring::backend
