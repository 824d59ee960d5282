// Who asks, and how much: client networks with weights.
#ifndef GROUPRING_BACKEND_CLIENTS_POPULATION_H_
#define GROUPRING_BACKEND_CLIENTS_POPULATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "hashing/subnet_key.h"

namespace groupring::backend {

struct PopulationClient {
  hashing::ClientSubnet subnet;  // its address without bits after the prefix
  // It asks itself, rather than a resolver that sends its subnet on (ECS).
  bool is_source = false;
  double weight = 0;  // questions, connections, bytes: whatever was counted
};

// Not thread-safe while it grows.
class Population {
 public:
  // The weight of a client that was added before is increased.
  void Add(const hashing::ClientSubnet& subnet, bool is_source, double weight);

  const std::vector<PopulationClient>& clients() const { return clients_; }
  bool empty() const { return clients_.empty(); }
  double weight() const { return weight_; }

 private:
  // Family, length, who asks; address.
  using Identity = std::tuple<uint32_t, uint64_t, uint64_t>;

  std::vector<PopulationClient> clients_;
  absl::flat_hash_map<Identity, size_t> places_;
  double weight_ = 0;
};

// "203.0.113.7", "203.0.113.0/24", "2001:db8:17::/48".
std::string ClientText(const hashing::ClientSubnet& subnet);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_POPULATION_H_
