// A DNS client that can ask from many addresses and with EDNS Client Subnet,
// much faster than starting dig for each question.
#ifndef GROUPRING_TESTS_SUPPORT_DNS_CLIENT_H_
#define GROUPRING_TESTS_SUPPORT_DNS_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::testing {

struct DnsQuestion {
  std::string name;
  std::string type = "A";
  // EDNS Client Subnet, like "198.51.100.0/24"; empty: not sent.
  std::string subnet = {};
  // The address of 127.0.0.0/8 to ask from.
  std::string source = "127.0.0.1";
  // The client's address in a PROXY protocol header, as a load balancer sends
  // it; empty: none.
  std::string proxied = {};
  // Asks for signatures as well.
  bool dnssec = false;
};

struct DnsRecord {
  std::string name;
  std::string type;
  uint32_t ttl_seconds = 0;
  // The address of A and AAAA, the first name of NS, CNAME and SOA; empty for
  // other types.
  std::string data;
};

struct DnsReply {
  std::string status;  // "NOERROR", "NXDOMAIN", …
  bool authoritative = false;
  std::string name;  // as the question came back
  std::vector<DnsRecord> answer;
  std::vector<DnsRecord> authority;
  std::string subnet;  // like "198.51.100.0/24/24"; empty: no such option

  // The data of the answer's records of a type.
  std::vector<std::string> Data(std::string_view type) const;
};

struct DnsPatience {
  int attempts = 5;
  std::chrono::milliseconds each{2000};
};

// Asks over UDP, a few times before it throws std::runtime_error.
class DnsClient {
 public:
  explicit DnsClient(uint16_t port, DnsPatience patience = {});
  DnsReply Ask(const DnsQuestion& question);

 private:
  uint16_t port_;
  DnsPatience patience_;
  uint16_t id_;  // of the last question; the first one is random
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_DNS_CLIENT_H_
