// A resolver with many clients that never stops asking, and watches what its
// clients are given while a group is upgraded.
#ifndef GROUPRING_TESTS_INTEGRATION_CACHING_RESOLVER_H_
#define GROUPRING_TESTS_INTEGRATION_CACHING_RESOLVER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/dns_client.h"

namespace groupring::testing {

// What the operator has done with the group's servers.
enum class Servers { kUp, kDown, kUpAgain };

struct Sightings {
  int64_t queries = 0;
  int64_t laps = 0;  // every client, both families
  // Each of these is a fault; the first few in words.
  int64_t failures = 0;  // no answer, an error, or not one address
  int64_t down = 0;      // an address of the group while its servers are down,
                         // in a new answer or in one that is kept for its TTL
  int64_t moved = 0;     // a client of another group elsewhere than at home
  int64_t flapped = 0;   // a client of the group that moved again
  std::vector<std::string> faults;
  // Clients of the group that were elsewhere at some time, and those whose
  // newest answer is not from their home.
  int64_t ever_away = 0;
  int64_t away_now = 0;
};

// Runs in a thread of its own from the first to the last moment. Clients are
// IPv4 /24s and IPv6 /48s, said by EDNS Client Subnet; each asks for A and AAAA
// of files.example.org, one query without a second try. Their home is where
// they were in the first lap, which the constructor waits for.
class CachingResolver {
 public:
  CachingResolver(uint16_t port, int clients, std::string group,
                  const std::atomic<Servers>* servers);
  ~CachingResolver();

  Sightings Seen() const;
  // Until it has gone through all clients once more from the beginning.
  bool WaitForLap() const;

  std::map<std::string, int> ClientsPerHome() const;

 private:
  using Client = std::pair<std::string, std::string>;  // subnet, type
  struct Kept {
    std::string group;
    std::chrono::steady_clock::time_point until;
  };
  struct Known {
    std::string home;
    std::string now;
    int moves = 0;
    Kept kept;
  };

  void Run();
  void Lap();
  void Ask(const Client& client, Known* known);
  void UseKept(const Client& client, const Known& known);
  void Note(const Client& client, Servers servers, const DnsReply& reply,
            Known* known);
  void Fault(int64_t Sightings::*count, const Client& client,
             const std::string& what);

  const std::string group_;
  const std::atomic<Servers>* const servers_;
  DnsClient dns_;
  std::map<Client, Known> clients_;  // the thread's, once it runs
  mutable std::mutex mutex_;
  Sightings seen_;
  std::map<std::string, int> homes_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_INTEGRATION_CACHING_RESOLVER_H_
