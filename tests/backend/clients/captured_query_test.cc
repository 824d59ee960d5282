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

// A segment from 192.0.2.53, with as many options as ours have.
std::string Tcp(const std::string& payload) {
  const std::string options(12, '\1');
  const std::string header = Big(40000, 2) + Big(53, 2) + Big(1, 8) +
                             Big(0x8018, 2) + Big(64, 2) + Big(0, 4);
  return Ipv4(header + options + payload, 0, 6);
}
// As over TCP.
std::string WithLength(const std::string& message) {
  return Big(message.size(), 2) + message;
}

// "192.0.2.53", "203.0.113.0/24 by ECS", "cut", "piece"; "none".
std::string ClientOf(LinkType link, const std::string& packet,
                     size_t not_captured = 0) {
  const CapturedPacket parsed =
      ParseCapturedPacket(link, packet, packet.size() + not_captured);
  std::string text;
  for (const CapturedQuery& query : parsed.queries) {
    text += (text.empty() ? "" : ", ") + ClientText(query.client) +
            (query.is_source ? "" : " by ECS");
  }
  if (parsed.is_cut) text += text.empty() ? "cut" : ", cut";
  if (parsed.is_piece) text += text.empty() ? "piece" : ", piece";
  return text.empty() ? "none" : text;
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

TEST_CASE("what is no query is none, and what may be one is told") {
  const auto client = [](const std::string& packet) {
    return ClientOf(LinkType::kRaw, packet);
  };
  CHECK(client(Ipv4(Udp(Query("", 0x8000)))) == "none");  // an answer
  CHECK(client(Ipv4(Udp(Query("", 0x2000)))) == "none");  // NOTIFY
  CHECK(client(Ipv4(Udp(Query()), 0x2000)) == "piece");   // a fragment
  CHECK(client(Ipv4(Udp(Query()), 0x0001)) == "piece");
  CHECK(client(Ipv4(Udp(Query()), 0x4000)) == "192.0.2.53");  // DF
  CHECK(client(Ipv4(Udp(Query()), 0, 1)) == "none");          // ICMP
  CHECK(client(Ipv4(Udp("nonsense"))) == "none");
  std::string fragment = Ipv6(Udp(Query()));
  fragment[6] = 44;
  CHECK(client(fragment) == "piece");
}

TEST_CASE("queries over TCP count, as many as are whole in a packet") {
  const auto client = [](const std::string& payload) {
    return ClientOf(LinkType::kRaw, Tcp(payload));
  };
  const std::string plain = WithLength(Query());
  const std::string with_ecs = WithLength(Query(kSubnet4Bytes));
  CHECK(client(plain) == "192.0.2.53");
  CHECK(client(with_ecs) == "203.0.113.0/24 by ECS");
  CHECK(client(plain + with_ecs) == "192.0.2.53, 203.0.113.0/24 by ECS");
  CHECK(client("") == "none");                             // an ACK
  CHECK(client(WithLength(Query("", 0x8000))) == "none");  // an answer
  // The length and the message in packets of their own, and one that goes on
  // in the next packet.
  CHECK(client(plain.substr(0, 2)) == "piece");
  CHECK(client(plain.substr(2)) == "piece");
  CHECK(client(plain + with_ecs.substr(0, 30)) == "192.0.2.53, piece");
  CHECK(client("GET / HTTP/1.1\r\n") == "piece");
  // An answer of many packets.
  CHECK(client(WithLength(Query("", 0x8000)).substr(0, 20)) == "none");
}

TEST_CASE("packets that were captured in part are told from others") {
  // How many bytes of the packet there are, and what it is taken for.
  const auto with = [](const std::string& packet, size_t size) {
    return ClientOf(LinkType::kRaw, packet.substr(0, size),
                    packet.size() - size);
  };
  for (const std::string& whole :
       {Ipv4(Udp(Query(kSubnet4Bytes))), Ipv6(Udp(Query(kSubnet4Bytes))),
        Tcp(WithLength(Query(kSubnet4Bytes)))}) {
    for (size_t size = 1; size < whole.size(); ++size) {
      if (with(whole, size) != "cut") FAIL(with(whole, size) << " at " << size);
    }
    CHECK(with(whole, whole.size()) == "203.0.113.0/24 by ECS");
    // Shorter than its headers say, and not because of the capture.
    CHECK(ClientOf(LinkType::kRaw, whole.substr(0, whole.size() - 1)) != "cut");
  }
  // Known as an answer from its third byte on.
  const std::string answer = Ipv4(Udp(Query("", 0x8000)));
  CHECK(with(answer, 20 + 8 + 2) == "cut");
  CHECK(with(answer, 20 + 8 + 3) == "none");
  const std::string over_tcp = Tcp(WithLength(Query("", 0x8000)));
  CHECK(with(over_tcp, 20 + 32 + 2 + 2) == "cut");
  CHECK(with(over_tcp, 20 + 32 + 2 + 3) == "none");
  // Without data there is no query in what is missing.
  CHECK(with(Tcp(""), 20 + 20) == "none");
  CHECK(with(Tcp(WithLength(Query()) + WithLength(Query(kSubnet4Bytes))),
             20 + 32 + 2 + Query().size() + 20) == "192.0.2.53, cut");
}

// A file of tcpdump's that has `snaplen` bytes of each packet.
std::string Capture(uint32_t link, const std::vector<std::string>& packets,
                    size_t snaplen = 65535) {
  std::string file = Big(0xa1b2c3d4, 4) + Big(2, 2) + Big(4, 2) + Big(0, 8) +
                     Big(snaplen, 4) + Big(link, 4);
  for (const std::string& packet : packets) {
    const std::string captured = packet.substr(0, snaplen);
    file += Big(1'800'000'000, 4) + Big(0, 4) + Big(captured.size(), 4) +
            Big(packet.size(), 4) + captured;
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
  CHECK(clients.others == 1);
  CHECK(clients.torn.empty());
  REQUIRE(clients.population.clients().size() == 2);
  CHECK(clients.population.clients()[0].weight == 2);
  CHECK(ClientText(clients.population.clients()[1].subnet) == "203.0.113.0/24");
}

std::string Joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("what of a capture does not count is told, with what to do") {
  const std::string file = Capture(
      kEthernetLink,
      {Ethernet(Ipv4(Udp(Query()))), Ethernet(Ipv4(Udp(Query(kSubnet4Bytes)))),
       Ethernet(Ipv4(Udp(Query()), 0x2000)), Ethernet("", 0x0806),
       Ethernet(Tcp(""))},
      /*snaplen=*/80);
  CapturedClients clients;
  REQUIRE(Read(file, &clients).ok());
  CHECK(clients.queries == 1);
  CHECK(clients.cut == 1);
  CHECK(clients.pieces == 1);
  CHECK(clients.others == 2);
  const std::string told = Joined(NotCounted(clients));
  CHECK(Holds(told,
              "1 packet captured in part and passed over: with `tcpdump "
              "-s 0` they are whole\n"));
  CHECK(Holds(told, "1 packet with a part of a message only"));
  CHECK(Holds(told, "2 packets without a DNS query passed over\n"));
  CHECK_FALSE(Holds(told, "the file ends"));
}

TEST_CASE("what is before the torn end of a capture counts, and it is told") {
  const std::string query = Ethernet(Ipv4(Udp(Query())));
  const std::string file = Capture(kEthernetLink, {query, query, query});
  for (const size_t torn_by : {size_t{1}, query.size() + 3}) {
    CapturedClients torn;
    REQUIRE(Read(file.substr(0, file.size() - torn_by), &torn).ok());
    CHECK(torn.queries == 2);
    CHECK(Holds(Joined(NotCounted(torn)), "the file ends within a packet"));
    CHECK(Holds(Joined(NotCounted(torn)), "end tcpdump by ^C"));
  }
  CapturedClients whole;
  REQUIRE(Read(file, &whole).ok());
  CHECK(NotCounted(whole).empty());
  // Within the head of the file.
  CapturedClients none;
  const absl::Status status = Read(file.substr(0, 10), &none);
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  CHECK(Holds(std::string(status.message()), "end tcpdump by ^C"));
}

TEST_CASE("a capture without queries says why, and what was expected") {
  const auto error = [](const std::string& file) {
    CapturedClients none;
    return std::string(Read(file, &none).message());
  };
  const std::string others =
      error(Capture(kEthernetLink, {Ethernet("", 0x0806)}));
  CHECK(Holds(others, "1 packet without a DNS query passed over"));
  CHECK(
      Holds(others, "expected one like that of `tcpdump -w FILE dst port 53"));
  CHECK(Holds(error(Capture(kEthernetLink, {Ethernet(Ipv4(Udp(Query())))},
                            /*snaplen=*/40)),
              "1 packet captured in part"));
  CHECK(Holds(error(Capture(kEthernetLink, {})), "of no packets at all"));
  constexpr uint32_t kWifi = 105;
  CHECK(Holds(error(Capture(kWifi, {})),
              "expected one of Ethernet, of `tcpdump -i any`"));
  CHECK_FALSE(IsCapture("203.0.113.0/24"));
  CHECK_FALSE(IsCapture("Mon Nov 28"));
  CHECK_FALSE(IsCapture(""));
}

}  // namespace
}  // namespace groupring::backend
