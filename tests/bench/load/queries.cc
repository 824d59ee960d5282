#include "tests/bench/load/queries.h"

#include <arpa/inet.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "hashing/ring.h"
#include "hashing/subnet_key.h"
#include "tests/support/dns_message.h"

namespace groupring::bench {
namespace {

constexpr int kSubnets4 = 12288;
constexpr int kSubnets6 = 4096;
constexpr uint16_t kA = 1;
constexpr uint16_t kAaaa = 28;
constexpr uint16_t kRrsig = 46;
constexpr size_t kHeader = 12;
constexpr size_t kRecordHeader = 12;  // the name is a pointer

uint32_t Read16(const uint8_t* at) {
  return static_cast<uint32_t>(at[0]) << 8 | at[1];
}

// "203.0.113.0" or "2001:db8::" in network order; empty: neither.
std::string Packed(const std::string& address) {
  char bytes[16];
  if (inet_pton(AF_INET, address.c_str(), bytes) == 1) {
    return std::string(bytes, 4);
  }
  if (inet_pton(AF_INET6, address.c_str(), bytes) == 1) {
    return std::string(bytes, 16);
  }
  return {};
}

std::string Subnet4(int i) {
  return std::to_string(20 + i % 120) + "." + std::to_string(i / 256) + "." +
         std::to_string(i % 256) + ".0";
}

std::string Subnet6(int i) {
  std::ostringstream text;
  text << "2001:db8:" << std::hex << i << "::";
  return text.str();
}

}  // namespace

Queries::Queries(const std::string& name, const std::string& file,
                 Expectation expectation)
    : expectation_(expectation) {
  ReadGroups(file);
  std::vector<hashing::RingGroup> ring_groups;
  for (const std::string& group : groups_) ring_groups.push_back({group});
  std::string error;
  const auto ring = hashing::Ring::Create(std::move(ring_groups), &error);
  if (ring == nullptr || ring->size() == 0) {
    throw std::runtime_error(file + ": " + error);
  }
  // Three IPv4 networks and one of IPv6 in turn, families mixed.
  for (int i = 0; i < kSubnets4; ++i) {
    Add(name, Subnet4(i), 1, i % 2 == 0 ? kA : kAaaa);
    if (i % 3 == 2) Add(name, Subnet6(i / 3), 2, i % 4 < 2 ? kA : kAaaa);
  }
  static_assert(kSubnets6 * 3 == kSubnets4);
  for (Query& query : queries_)
    query.group = ring->First(static_cast<uint32_t>(query.group));
}

void Queries::ReadGroups(const std::string& file) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string group;
    if (!(words >> group)) continue;
    groups_.push_back(group);
    for (std::string address; words >> address;) {
      const std::string packed = Packed(address);
      if (packed.empty()) throw std::runtime_error("no address: " + address);
      group_of_[packed] = group;
    }
  }
  if (groups_.empty()) throw std::runtime_error(file + ": no groups");
  std::sort(groups_.begin(), groups_.end());
}

void Queries::Add(const std::string& name, const std::string& subnet,
                  int family, uint16_t qtype) {
  const uint8_t prefix = family == 1 ? 24 : 48;
  const std::string network = subnet + "/" + std::to_string(prefix);
  Query query;
  query.packet =
      testing::EncodeQuestion({.name = name,
                               .type = qtype == kA ? "A" : "AAAA",
                               .subnet = network,
                               .dnssec = expectation_ == Expectation::kSigned},
                              0);
  query.qtype = qtype;
  query.scope = prefix;
  // The slot for now; the ring makes a group of it.
  const auto client = hashing::ParseClientSubnet(network);
  query.group = hashing::SlotOf(client->key);

  queries_.push_back(std::move(query));
}

// Goes from record to record, because a load generator that parsed whole
// messages would take from PowerDNS what it measures. PowerDNS answers with the
// question as it was, one record, its signature before or behind it where that
// was asked for, and OPT; the records' names are pointers.
const char* Queries::Complaint(const Query& query, const uint8_t* reply,
                               size_t size) const {
  if (size < kHeader) return "short";
  if ((reply[3] & 0x0f) != 0) return "rcode";
  const bool is_signed = expectation_ == Expectation::kSigned;
  const uint32_t records = Read16(reply + 6);
  if (records != (is_signed ? 2 : 1)) return "number of records";
  size_t at = query.packet.find('\0', kHeader) + 5;
  const uint8_t* address = nullptr;
  const size_t address_size = query.qtype == kA ? 4 : 16;
  bool has_signature = false;
  for (uint32_t i = 0; i < records; ++i) {
    if (size < at + kRecordHeader) return "record";
    const uint32_t type = Read16(reply + at + 2);
    const size_t rdata_size = Read16(reply + at + 10);
    at += kRecordHeader;
    if (size < at + rdata_size) return "record";
    if (type == query.qtype && rdata_size == address_size) address = reply + at;
    if (type == kRrsig) has_signature = true;
    at += rdata_size;
  }
  if (address == nullptr) return "record";
  if (has_signature != is_signed) return "signature";
  const auto group = group_of_.find(
      std::string(reinterpret_cast<const char*>(address), address_size));
  if (group == group_of_.end()) return "address of no group";
  if (expectation_ == Expectation::kAny) return "";
  if (group->second != groups_[query.group]) return "another group";
  const size_t scope = at + 11 + 4 + 3;
  if (size <= scope || reply[scope] != query.scope) return "scope";
  return "";
}

}  // namespace groupring::bench
