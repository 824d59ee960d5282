// Which of the known clients a change moves.
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

// A client that another group answers after the change.
struct ClientMove {
  std::string client;  // ClientText
  std::string from;    // "" is nobody
  std::string to;
  double weight = 0;
};

// The clients of the names on one ring.
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
  // The rings that the change moves clients on, the heaviest move first.
  std::vector<RingClients> rings;
  size_t uncounted_rings = 0;
};

// Compares which groups answer the clients before and after, each snapshot at
// its time.
ClientImpact ImpactOnClients(const Snapshot& before, int64_t before_unix_millis,
                             const Snapshot& after, int64_t after_unix_millis,
                             const Population& population,
                             ClientImpact::Source source);

// The subnets (/24, /48) within the networks that are written to or removed
// from `groupring:affinity`, each with weight 1; of larger networks a bounded
// number, spread evenly.
Population NetworksWritten(const redis::WriteBatch& writes);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_CLIENT_IMPACT_H_
