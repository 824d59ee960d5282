// Why a client gets the answer it gets: every step of one lookup.
#ifndef GROUPRING_BACKEND_REPORT_EXPLANATION_H_
#define GROUPRING_BACKEND_REPORT_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// One group of the slot's order.
struct ExplainedGroup {
  std::string group;
  std::string state;          // StateWords
  std::string circumstances;  // StateCircumstances
  bool keeps_slot = false;
  std::vector<std::string> answers;  // families it decided: "A", "AAAA"
  std::string passed_over;  // why not, in words; "" when it decided all
};

struct ExplainedFamily {
  std::string family;  // "A", "AAAA"
  std::string group;   // "" for names without groups
  std::string how;     // "in service", "last known good", "none"
  std::vector<std::string> candidates;  // members not wholly skipped, sorted
  size_t skipped = 0;                   // members that skip lists rule out
};

struct Explanation {
  std::string name;        // canonical
  std::string verdict;     // one sentence
  bool answered = false;   // false: SERVFAIL, or no such dynamic name
  std::string zone;        // "" outside every zone
  std::string mode;        // "group_consistent_hash", …; "" not dynamic
  std::string client;      // as asked
  std::string key_source;  // "client subnet", "resolver", "nobody"
  std::string subnet;      // the subnet key
  int scope_mask = 0;
  uint32_t slot = 0;
  size_t groups_on_ring = 0;
  std::vector<ExplainedGroup> order;
  std::vector<ExplainedFamily> families;
  uint32_t ttl_seconds = 0;
  uint32_t answers = 0;
  std::string on_empty;
  int64_t generation = 0;  // of Redis: the changes it knows of
  uint64_t snapshot = 0;   // counts those of the process
  int64_t snapshot_age_millis = 0;
};

// Runs the resolver's own choice on the snapshot. `client` is an address or a
// prefix, taken as PowerDNS' real-remote; prefix 0 asks for the resolver's
// key, which is then `resolver` (may be empty). Nothing when the client is no
// address.
std::optional<Explanation> Explain(const Snapshot& snapshot,
                                   std::string_view name,
                                   std::string_view client,
                                   std::string_view resolver,
                                   int64_t unix_millis);

// For people, aligned, ending in a newline.
std::string ExplanationText(const Explanation& explanation);

// For programs; ../api/README.md is its page.
std::string ExplanationJson(const Explanation& explanation);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_EXPLANATION_H_
