// Whether addresses in an answer are those that Redis says. Pure.
#ifndef GROUPRING_BACKEND_DOCTOR_ANSWER_FIT_H_
#define GROUPRING_BACKEND_DOCTOR_ANSWER_FIT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/report/explanation.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/address.h"

namespace groupring::backend {

// Documentation networks (RFC 5737), which no real client is in.
inline constexpr std::array<std::array<uint8_t, 3>, 3> kProbeSubnets = {
    {{192, 0, 2}, {198, 51, 100}, {203, 0, 113}}};

// "192.0.2.0/24".
std::string SubnetText(const std::array<uint8_t, 3>& subnet);

// The first dynamic names of the snapshot, sorted by name, at most `most`.
std::vector<std::string> NamesToAsk(const Snapshot& snapshot, size_t most);

enum class AnswerFit {
  kExpected,  // addresses that the snapshot gives that client
  kNone,      // no address, as there should be none
  kEmpty,     // no address where there should be one
  kForeign,   // an address that the snapshot does not give that client
};

// `explanation`: the snapshot's explanation for the same name and client, if it
// has one.
AnswerFit FitOf(const std::optional<Explanation>& explanation,
                redis::Family family,
                const std::vector<std::string>& addresses);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_ANSWER_FIT_H_
