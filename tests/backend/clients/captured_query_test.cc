// Packets as they are captured, made byte by byte.
#include "backend/clients/captured_query.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "backend/clients/capture.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

std::string Big(uint64_t number, size_t size) {
  std::string bytes;
  for (size_t i = size; i > 0; --i) {
    bytes += static_cast<char>(number >> (8 * (i - 1)) & 0xff);
  }
  return bytes;
}

// "ftp.example.org A", with a client subnet (RFC 7871) where one is given.
std::string Query(const std::string& subnet = "", uint16_t flags = 0) {
  std::string dns = Big(0x1234, 2) + Big(flags, 2) + Big(1, 2) + Big(0, 4) +
                    Big(subnet.empty() ? 0 : 1, 2);
  for (const std::string label : {"ftp", "example", "org", ""}) {
    dns += static_cast<char>(label.size()) + label;
  }
  dns += Big(1, 2) + Big(1, 2);
  if (subnet.empty()) return dns;
  const std::string option = Big(8, 2) + Big(subnet.size(), 2) + subnet;
  return dns + Big(0, 1) + Big(41, 2) + Big(1232, 2) + Big(0, 4) +
         Big(option.size(), 2) + option;
}

const std::string kSubnet4Bytes =
    Big(1, 2) + Big(24, 1) + Big(0, 1) + std::string("\xcb\x00\x71", 3);
const std::string kSubnet6Bytes = Big(2, 2) + Big(48, 1) + Big(0, 1) +
                                  std::string("\x20\x01\x0d\xb8\x00\x17", 6);

std::string Udp(const std::string& payload) {
  return Big(40000, 2) + Big(53, 2) + Big(payload.size() + 8, 2) + Big(0, 2) +
         payload;
}
// From 192.0.2.53 to 198.51.100.1.
std::string Ipv4(const std::string& udp, uint16_t fragment = 0,
                 uint8_t protocol = 17) {
  return Big(0x45, 1) + Big(0, 1) + Big(udp.size() + 20, 2) + Big(7, 2) +
         Big(fragment, 2) + Big(64, 1) + Big(protocol, 1) + Big(0, 2) +
         Big(0xc0000235, 4) + Big(0xc6336401, 4) + udp;
}
// From 2001:db8::53 to 2001:db8::1.
std::string Ipv6(const std::string& udp) {
  return Big(0x60000000, 4) + Big(udp.size(), 2) + Big(17, 1) + Big(64, 1) +
         Big(0x20010db800000000, 8) + Big(0x53, 8) +
         Big(0x20010db800000000, 8) + Big(1, 8) + udp;
}
std::string Ethernet(const std::string& ip, uint16_t type = 0x0800) {
  return std::string(12, '\x02') + Big(type, 2) + ip;
}

std::string ClientOf(LinkType link, const std::string& packet) {
  const auto query = ParseCapturedQuery(link, packet);
  if (!query) return "none";
  return ClientText(query->client) + (query->is_source ? "" : " by ECS");
}

TEST_CASE("the client of a captured query is its sender, or the ECS subnet") {
  const std::string plain = Ipv4(Udp(Query()));
  const std::string with_ecs = Ipv4(Udp(Query(kSubnet4Bytes)));
  const std::string ipv6 = Ipv6(Udp(Query()));
  CHECK(ClientOf(LinkType::kRaw, plain) == "192.0.2.53");
  CHECK(ClientOf(LinkType::kRaw, with_ecs) == "203.0.113.0/24 by ECS");
  CHECK(ClientOf(LinkType::kRaw, ipv6) == "2001:db8::53");
  CHECK(ClientOf(LinkType::kRaw, Ipv6(Udp(Query(kSubnet6Bytes)))) ==
        "2001:db8:17::/48 by ECS");
  CHECK(ClientOf(LinkType::kEthernet, Ethernet(plain)) == "192.0.2.53");
  CHECK(ClientOf(LinkType::kEthernet, Ethernet(ipv6, 0x86dd)) ==
        "2001:db8::53");
  // In a VLAN, and with the padding of short frames.
  CHECK(ClientOf(LinkType::kEthernet,
                 Ethernet(Big(7, 2) + Big(0x0800, 2) + plain, 0x8100) +
                     std::string(6, '\0')) == "192.0.2.53");
  CHECK(ClientOf(LinkType::kLinuxCooked,
                 std::string(14, '\0') + Big(0x0800, 2) + with_ecs) ==
        "203.0.113.0/24 by ECS");
  CHECK(ClientOf(LinkType::kLinuxCooked2,
                 Big(0x86dd, 2) + std::string(18, '\0') + ipv6) ==
        "2001:db8::53");
}

TEST_CASE("a subnet of no bits, or none that makes sense, leaves the sender") {
  const auto client = [](const std::string& subnet) {
    return ClientOf(LinkType::kRaw, Ipv4(Udp(Query(subnet))));
  };
  CHECK(client(Big(1, 2) + Big(0, 2)) == "192.0.2.53");
  CHECK(client(Big(1, 2) + Big(33, 1) + Big(0, 1) + Big(0, 4)) == "192.0.2.53");
  CHECK(client(Big(3, 2) + Big(24, 1) + Big(0, 1) + Big(0, 3)) == "192.0.2.53");
  CHECK(client(Big(1, 2)) == "192.0.2.53");
}

TEST_CASE("what is no whole query over UDP is none") {
  const auto client = [](const std::string& packet) {
    return ClientOf(LinkType::kRaw, packet);
  };
  CHECK(client(Ipv4(Udp(Query("", 0x8000)))) == "none");  // an answer
  CHECK(client(Ipv4(Udp(Query("", 0x2000)))) == "none");  // NOTIFY
  CHECK(client(Ipv4(Udp(Query()), 0x2000)) == "none");    // a fragment
  CHECK(client(Ipv4(Udp(Query()), 0x0001)) == "none");
  CHECK(client(Ipv4(Udp(Query()), 0x4000)) != "none");  // DF
  CHECK(client(Ipv4(Udp(Query()), 0, 6)) == "none");    // TCP
  CHECK(client(Ipv4(Udp("nonsense"))) == "none");
  const std::string whole = Ipv4(Udp(Query(kSubnet4Bytes)));
  for (size_t size = 0; size < whole.size(); ++size) {
    if (client(whole.substr(0, size)) != "none") FAIL("at " << size);
  }
}

// A file of tcpdump's.
std::string Capture(uint32_t link, const std::vector<std::string>& packets) {
  std::string file = Big(0xa1b2c3d4, 4) + Big(2, 2) + Big(4, 2) + Big(0, 8) +
                     Big(65535, 4) + Big(link, 4);
  for (const std::string& packet : packets) {
    file += Big(1'800'000'000, 4) + Big(0, 4) + Big(packet.size(), 4) +
            Big(packet.size(), 4) + packet;
  }
  return file;
}

absl::Status Read(const std::string& contents, CapturedClients* clients) {
  const testing::TempDirectory directory;
  const std::string path = directory.Write("clients.pcap", contents);
  return ReadCapture(std::fopen(path.c_str(), "rb"), clients);
}

constexpr uint32_t kEthernetLink = 1;

TEST_CASE("a capture's queries are clients with weights") {
  const std::string file = Capture(
      kEthernetLink,
      {Ethernet(Ipv4(Udp(Query()))), Ethernet(Ipv4(Udp(Query()))),
       Ethernet(Ipv4(Udp(Query(kSubnet4Bytes)))), Ethernet("", 0x0806)});
  CHECK(IsCapture(file));
  CapturedClients clients;
  REQUIRE(Read(file, &clients).ok());
  CHECK(clients.queries == 3);
  CHECK(clients.passed_over == 1);
  REQUIRE(clients.population.clients().size() == 2);
  CHECK(clients.population.clients()[0].weight == 2);
  CHECK(ClientText(clients.population.clients()[1].subnet) == "203.0.113.0/24");
  // What is there before a torn end counts.
  CapturedClients torn;
  REQUIRE(Read(file.substr(0, file.size() - 70), &torn).ok());
  CHECK(torn.queries == 2);
}

TEST_CASE("a capture without queries says what was expected") {
  CapturedClients none;
  CHECK(Read(Capture(kEthernetLink, {Ethernet("", 0x0806)}), &none)
            .message()
            .find("a capture of 1 packets without a DNS query over UDP") !=
        std::string::npos);
  constexpr uint32_t kWifi = 105;
  CHECK(Read(Capture(kWifi, {}), &none)
            .message()
            .find("expected one of Ethernet, of `tcpdump -i any`") !=
        std::string::npos);
  CHECK_FALSE(IsCapture("203.0.113.0/24"));
  CHECK_FALSE(IsCapture("Mon Nov 28"));
  CHECK_FALSE(IsCapture(""));
}

}  // namespace
}  // namespace groupring::backend
