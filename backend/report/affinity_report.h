// The networks that hash as one, and what decides for an address.
#ifndef GROUPRING_BACKEND_REPORT_AFFINITY_REPORT_H_
#define GROUPRING_BACKEND_REPORT_AFFINITY_REPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/affinity.h"

namespace groupring::backend {

// Of one label; "": of all.
std::string AffinityListText(const redis::AffinityEntries& entries,
                             const std::string& label);
std::string AffinityListJson(const redis::AffinityEntries& entries,
                             const std::string& label);

struct AffinityOfClient {
  // How a question reaches the name server.
  struct Way {
    bool is_source = false;  // the client asks itself; else by ECS
    const redis::AffinityEntry* entry = nullptr;  // that decides; null: none
    uint32_t part = 0;                            // of the label's keys
    uint32_t slot = 0;
    int scope_mask = 0;
  };
  std::string client;
  std::string subnet;  // its /24 or /48
  std::vector<Way> ways;
  // All around it, the smallest first.
  std::vector<const redis::AffinityEntry*> around;
};

// `client` is an address or a prefix. The pointers are into the snapshot.
// kInvalidArgument: it is neither.
absl::StatusOr<AffinityOfClient> AffinityOf(const Snapshot& snapshot,
                                            std::string_view client);

std::string AffinityText(const AffinityOfClient& of);
std::string AffinityJson(const AffinityOfClient& of);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_AFFINITY_REPORT_H_
