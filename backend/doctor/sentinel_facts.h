// Whether a set-up with Sentinel would live through the loss of its master.
#ifndef GROUPRING_BACKEND_DOCTOR_SENTINEL_FACTS_H_
#define GROUPRING_BACKEND_DOCTOR_SENTINEL_FACTS_H_

#include <string>
#include <vector>

#include "redis/base/diagnostic.h"

namespace groupring::backend {

// What one sentinel says.
struct SentinelFacts {
  std::string sentinel;
  std::string trouble;         // it cannot be asked, in words; empty: it can
  std::string master;          // the address that it names
  std::string quorum_trouble;  // a failover could not be agreed on
};

// A server that sentinels tell of.
struct AnnouncedServer {
  std::string address;
  bool is_master = false;  // as they say
  std::string trouble;     // it cannot be reached from here
  std::string role;        // what it says itself, in words
  bool fits = true;        // that is what they say
};

Diagnostics CheckSentinels(const std::vector<SentinelFacts>& sentinels,
                           const std::vector<AnnouncedServer>& servers);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_SENTINEL_FACTS_H_
