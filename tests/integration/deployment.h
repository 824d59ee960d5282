// All of it for one test: Redis with the sample data, groupring, PowerDNS.
#ifndef GROUPRING_TESTS_INTEGRATION_DEPLOYMENT_H_
#define GROUPRING_TESTS_INTEGRATION_DEPLOYMENT_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/modes.h"
#include "tests/support/dns_client.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/redis_users.h"

namespace groupring::testing {

// Client → group. A client is a name that says how it asks.
using Mapping = std::map<std::string, std::string>;

class Deployment {
 public:
  // `commands` follow the sample data before anything reads it;
  // `pdns_options` as of PdnsServer.
  explicit Deployment(const Mode& mode, std::string_view commands = {},
                      std::vector<std::string> pdns_options = {});

  // Its unrestricted user; groupring has those of pdns-config/.
  RedisServer& redis() { return redis_; }
  // Of modes with a daemon.
  GroupringServer& groupring() { return *groupring_; }
  // Of the daemon, or of `groupring pipe`.
  const GroupringSettings& settings() const {
    return groupring_ ? groupring_->settings() : *pipe_settings_;
  }
  // For commands: of one who may make changes, and of one who may only look.
  const GroupringSettings& operator_settings() const {
    return operator_settings_;
  }
  const GroupringSettings& reader_settings() const { return reader_settings_; }

  // What the daemon has logged.
  std::string Log() { return groupring_->process().Log(); }
  PdnsServer& pdns() { return *pdns_; }
  uint16_t port() const { return pdns_->port(); }

  DnsReply Ask(const DnsQuestion& question) { return client_->Ask(question); }

  // The group of the only address in the answer; what is wrong with the reply
  // when it is anything else.
  std::string Group(const DnsQuestion& question);

  // The groups of `count` IPv4 /24s (IPv6 /48s), said by EDNS Client Subnet.
  Mapping GroupsOfSubnets4(int count);
  Mapping GroupsOfSubnets6(int count);

 private:
  RedisUsers users_;
  RedisServer redis_{users_.arguments()};
  GroupringSettings operator_settings_{users_.Url("operator", redis_)};
  GroupringSettings reader_settings_{users_.Url("reader", redis_)};
  std::optional<GroupringServer> groupring_;
  std::optional<GroupringSettings> pipe_settings_;
  std::optional<PdnsServer> pdns_;
  std::optional<DnsClient> client_;
};

// How many clients each group has.
std::map<std::string, int> ClientsPerGroup(const Mapping& mapping);

// The i-th of many subnets: "198.18.7.0/24", "2001:db8:7::/48".
std::string Subnet4(int i);
std::string Subnet6(int i);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_INTEGRATION_DEPLOYMENT_H_
