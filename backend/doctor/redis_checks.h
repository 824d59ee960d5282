// Whether the servers of Redis suit groupring: version, rights, role, memory,
// persistence; and whether Sentinel would survive the loss of the master. Pure.
#ifndef GROUPRING_BACKEND_DOCTOR_REDIS_CHECKS_H_
#define GROUPRING_BACKEND_DOCTOR_REDIS_CHECKS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "redis/base/diagnostic.h"

namespace groupring::backend {

// What one server says about itself. What our user may not ask is left out.
struct RedisFacts {
  std::map<std::string, std::string> info;  // of INFO: field → value
  // Commands that our user may not run, and why each is needed.
  std::vector<std::string> denied;
  bool can_follow = true;  // CLIENT TRACKING works
  bool can_write = true;   // commands and heartbeats work
};

// "name:value" lines of INFO.
std::map<std::string, std::string> ParseInfo(std::string_view text);

Diagnostics CheckRedis(const RedisFacts& facts);

// Whether Redis can remember the keys that are followed for this many names and
// groups. Nothing when it does not say how many it can. All nodes follow the
// same keys, and the table has each of them once.
Diagnostics CheckTrackingTable(const RedisFacts& facts, size_t names,
                               size_t groups);

// What one sentinel says.
struct SentinelFacts {
  std::string sentinel;
  std::string trouble;         // why it cannot be asked; "" if it can
  std::string master;          // the address of the master, according to it
  std::string quorum_trouble;  // why no failover is possible; "" if it is
};

// A server that sentinels know.
struct AnnouncedServer {
  std::string address;
  bool is_master = false;  // according to the sentinels
  std::string trouble;     // why it cannot be reached from here; "" if it can
  std::string role;        // according to itself, in words
  bool fits = true;        // both roles agree
};

Diagnostics CheckSentinels(const std::vector<SentinelFacts>& sentinels,
                           const std::vector<AnnouncedServer>& servers);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_REDIS_CHECKS_H_
