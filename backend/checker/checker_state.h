// What a checker knows, and what it shows of itself.
#ifndef GROUPRING_BACKEND_CHECKER_CHECKER_STATE_H_
#define GROUPRING_BACKEND_CHECKER_CHECKER_STATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/checker/check_feed.h"
#include "backend/health/damping.h"
#include "redis/model/verdict.h"

namespace groupring::backend {

// Handed to the next Checker when the settings change, so that it goes on even
// while Redis is away.
struct CheckerState {
  using Place = std::pair<std::string, std::string>;  // group, address

  CheckInputs inputs;
  std::map<Place, AddressDamping> dampings;
  bool doubts = false;  // because too much failed at once
};

inline constexpr size_t kVerdictReasons =
    static_cast<size_t>(redis::VerdictReason::kHeartbeatExpired) + 1;

struct CheckedGroup {
  size_t addresses = 0;
  size_t down = 0;
  std::optional<int> certificate_days;  // of the one that ends first
};

struct CheckerFacts {
  std::string id;
  bool has_data = false;  // it knows what to check
  bool writes = false;    // Redis takes its verdicts
  std::string doubt;      // why it doubts itself; "": it does not
  size_t addresses = 0;   // an address of several groups counts for each
  size_t up = 0;
  size_t busy = 0;
  size_t draining = 0;
  size_t down = 0;
  size_t unknown = 0;  // no verdict yet
  std::map<std::string, CheckedGroup> groups;
  // Since the start of the process: connections, rounds by result, and rounds
  // that this host could not make.
  int64_t probes = 0;
  std::array<int64_t, kVerdictReasons> rounds{};
  int64_t not_made = 0;
  int64_t started_unix_millis = 0;
  int64_t probes_per_second = 0;
  int64_t lag_millis = 0;
};

// Adds the verdicts of the addresses to the counts of *facts.
void CountVerdicts(const std::map<CheckerState::Place, AddressDamping>& all,
                   CheckerFacts* facts);

// Why the checker is not ready; empty: it is ready.
std::vector<std::string> NotReady(const CheckerFacts& facts);
// "ready: checker ns1, 12 addresses, 1 down, 2 probes/s\n".
std::string ReadyText(const CheckerFacts& facts);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_CHECKER_STATE_H_
