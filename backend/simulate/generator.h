// A population like those that name servers meet. README.md says what is
// assumed, and where to look up what is so elsewhere.
#ifndef GROUPRING_BACKEND_SIMULATE_GENERATOR_H_
#define GROUPRING_BACKEND_SIMULATE_GENERATOR_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "redis/base/random.h"

namespace groupring::backend {

// Each client has a /24 of 10.0.0.0/8 for itself.
inline constexpr int64_t kMostGeneratedClients = 65536;

struct GeneratedPopulation {
  std::string clients;    // as ParseClients reads it
  std::string resolvers;  // as ParseResolvers reads it
  std::string labels;     // as `affinity import` reads it
};

GeneratedPopulation GenerateTypical(size_t clients, Random* random);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SIMULATE_GENERATOR_H_
