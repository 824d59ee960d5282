// What a simulation is given: clients, resolvers and a course of events, as
// files of lines. README.md is their page.
#ifndef GROUPRING_BACKEND_SIMULATE_SCRIPT_H_
#define GROUPRING_BACKEND_SIMULATE_SCRIPT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace groupring::backend {

// "google ecs 192.0.2.0/24 198.51.100.0/24".
struct SimulatedResolver {
  std::string name;
  bool sends_subnet = false;          // EDNS Client Subnet
  std::vector<std::string> networks;  // that its questions leave from
};

// "home-17 isp-1 4 203.0.113.0/24 2001:db8:17::/48": a household or an office.
struct SimulatedClient {
  std::string name;
  std::string resolver;  // "-": it asks itself
  double questions_per_hour = 0;
  std::vector<std::string> networks;
};

// "10m group drain g1 --over 30m".
struct SimulatedEvent {
  int64_t second = 0;  // since the start
  std::vector<std::string> words;
  size_t line = 0;  // of the file, for messages
};

using Lines = std::vector<std::string>;

// kInvalidArgument names the line and what was expected.
absl::StatusOr<std::vector<SimulatedResolver>> ParseResolvers(
    const Lines& lines);
absl::StatusOr<std::vector<SimulatedClient>> ParseClients(const Lines& lines);
// In the order of their times.
absl::StatusOr<std::vector<SimulatedEvent>> ParseEvents(const Lines& lines);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SIMULATE_SCRIPT_H_
