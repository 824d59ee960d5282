// How a running PowerDNS proves, in signed zones, what does not exist.
#ifndef GROUPRING_BACKEND_DOCTOR_SIGNING_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_SIGNING_PROBE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// A query of a validator: the DO bit is set. `type` is a number.
// kInvalidArgument: it is not a DNS name.
absl::StatusOr<std::string> EncodeSignedQuery(uint16_t id,
                                              const std::string& name,
                                              uint16_t type);

// What the answer to the question for a type that is not at `name`, which
// exists, comes to. Any bytes.
enum class Proof {
  kNarrow,     // NSEC3, made for the question
  kNsec,       // of the name itself
  kForeign,    // NSEC of another name: it denies that this one exists
  kNotNarrow,  // NSEC3 of a chain, which groupring cannot tell
  kNone,       // no proof at all
};
Proof ProofIn(std::string_view message, const std::string& name);

// Whether the answer to a question for DNSKEY has any. Any bytes.
bool HasKeysIn(std::string_view message);

// One dynamic name of each zone, the first by name; of a zone that another
// backend of PowerDNS holds, one of the names right below each parent. At most
// `most`.
std::vector<std::string> NameOfEachZone(const Snapshot& snapshot, size_t most);

// Asks about one dynamic name of each zone, and tells of the zones that are
// signed, whichever backend of PowerDNS holds them. `server` as for AskDns. No
// answer is no finding: ProbeDns tells.
Diagnostics ProbeSigning(const Snapshot& snapshot, const std::string& server,
                         std::chrono::milliseconds timeout);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_SIGNING_PROBE_H_
