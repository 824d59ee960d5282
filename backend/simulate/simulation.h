// A population that asks through resolvers with caches, over a course of
// events: how often a client's next question meets the group of the last one.
#ifndef GROUPRING_BACKEND_SIMULATE_SIMULATION_H_
#define GROUPRING_BACKEND_SIMULATE_SIMULATION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/simulate/script.h"
#include "redis/base/random.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct SimulationInput {
  redis::Dataset start;  // may be empty: then events make it
  std::string name;      // that is asked; "": the only one with groups
  std::vector<SimulatedClient> clients;
  std::vector<SimulatedResolver> resolvers;
  std::vector<SimulatedEvent> events;
  // Labels of networks at the start, as `affinity import` reads them.
  std::vector<std::string> labels;
  int64_t seconds = 0;  // how long; 0: an hour beyond the last event
};

// A question is a repeat when the same client has asked before.
struct Repeats {
  uint64_t all = 0;
  uint64_t same_group = 0;

  double Ratio() const {
    return all == 0
               ? 1
               : static_cast<double>(same_group) / static_cast<double>(all);
  }
};

struct SimulationResult {
  // What happened at a second, and what follows until the next. The first one
  // is the start.
  struct Interval {
    int64_t from = 0;  // seconds since the start
    int64_t to = 0;
    std::vector<std::string> events;
    std::map<std::string, Repeats> repeats;  // by kind of client
    // Clients that asked in it: on another group than in the interval before,
    // and on the one that they had at first after being away.
    size_t moved = 0;
    size_t moved_back = 0;
    size_t asked = 0;  // clients
  };
  // Questions of each group in equal parts of the time.
  struct Load {
    int64_t seconds_per_part = 0;
    std::map<std::string, std::vector<uint64_t>> questions;  // "": nobody
  };

  std::string name;
  uint32_t ttl_seconds = 0;  // at the end
  int64_t seconds = 0;
  uint64_t questions = 0;                  // by clients
  uint64_t asked_us = 0;                   // that no cache answered
  std::map<std::string, size_t> clients;   // by kind
  std::map<std::string, Repeats> repeats;  // by kind, of all the time
  std::vector<Interval> intervals;
  Load load;
};

inline constexpr size_t kLoadParts = 48;
inline constexpr double kMostSimulatedQuestions = 2e7;

// kInvalidArgument: what is wrong with the input, and where.
absl::StatusOr<SimulationResult> Simulate(const SimulationInput& input,
                                          Random* random);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SIMULATE_SIMULATION_H_
