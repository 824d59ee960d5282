// Asks name servers through DNS whether they still answer a group's addresses:
// the only way to see servers that do not report in this Redis.
#ifndef GROUPRING_BACKEND_DOCTOR_GROUP_PROBE_H_
#define GROUPRING_BACKEND_DOCTOR_GROUP_PROBE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/change/upgrade_safety.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// A question whose answer would be an address of the group, were it in service.
struct GroupQuestion {
  std::string name;
  std::array<uint8_t, 3> subnet{};  // an IPv4 /24

  bool operator==(const GroupQuestion&) const = default;
};

inline constexpr size_t kQuestionsPerName = 4;
inline constexpr size_t kMaxQuestionNames = 5;

// For the first names that have the group: the first subnets whose group it is
// by hash. A group of weight 0 is treated as if it had the default weight.
std::vector<GroupQuestion> QuestionsFor(const Snapshot& snapshot,
                                        const std::string& group);

// Puts the questions to each server ("192.0.2.53", "192.0.2.53:5300",
// "[2001:db8::53]:53"): an obstacle for each that answers an address of the
// group, does not answer, or ignores the client's subnet. Blocks, at most for
// `timeout` a question; the first obstacle of a server ends the asking of it.
std::vector<Obstacle> ProbeGroup(const redis::GroupData& group,
                                 const std::vector<GroupQuestion>& questions,
                                 const std::vector<std::string>& servers,
                                 std::chrono::milliseconds timeout);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_GROUP_PROBE_H_
