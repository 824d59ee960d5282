// Which of the clients that there really are a change moves.
#ifndef GROUPRING_BACKEND_CHANGE_CLIENT_IMPACT_H_
#define GROUPRING_BACKEND_CHANGE_CLIENT_IMPACT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "backend/clients/population.h"
#include "backend/snapshot/snapshot.h"
#include "redis/schema/write_batch.h"

namespace groupring::backend {

// One that meets another group after the change.
struct ClientMove {
  std::string client;  // ClientText
  std::string from;    // "" is nobody
  std::string to;
  double weight = 0;
};

// Of names on one ring.
struct RingClients {
  std::vector<std::string> names;  // sorted
  size_t moved = 0;                // clients
  double moved_weight = 0;
  // Weights; "" stands for nobody.
  std::map<std::pair<std::string, std::string>, double> moves;  // from, to
  std::map<std::string, double> before;
  std::map<std::string, double> after;
  std::vector<ClientMove> busiest;  // at most kBusiestMovers, heaviest first
};

inline constexpr size_t kBusiestMovers = 10;

struct ClientImpact {
  // What `clients` are.
  enum class Source {
    kNone,      // nobody was counted
    kGiven,     // the operator's
    kNetworks,  // networks whose label changes, or as many of them spread over
                // all of these
  };
  Source source = Source::kNone;
  size_t clients = 0;
  double weight = 0;
  // Those that the change concerns, the heaviest move first.
  std::vector<RingClients> rings;
  size_t uncounted_rings = 0;
};

// Compares what the clients meet before and after, each at its time.
ClientImpact ImpactOnClients(const Snapshot& before, int64_t before_unix_millis,
                             const Snapshot& after, int64_t after_unix_millis,
                             const Population& population,
                             ClientImpact::Source source);

// The subnets (/24, /48) within the networks that are written to or removed
// from `groupring:affinity`, each with weight 1; of larger networks a number
// that is bounded, spread evenly over each.
Population NetworksWritten(const redis::WriteBatch& writes);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_CLIENT_IMPACT_H_
