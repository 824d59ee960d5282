// Why a group cannot be called safe to upgrade, for people and as JSON.
#ifndef GROUPRING_BACKEND_REPORT_UPGRADE_WORDS_H_
#define GROUPRING_BACKEND_REPORT_UPGRADE_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "backend/change/upgrade_safety.h"
#include "redis/model/address.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// "node_silent", "address_elsewhere", …: part of the JSON format.
std::string_view ToText(Obstacle::Kind kind);

// What goes out of service: "g1", or, of single addresses of it, "192.0.2.1 and
// 192.0.2.2 of g1".
std::string LeavingWords(const std::string& group,
                         const std::vector<redis::AddressRange>& addresses);

// One sentence with what to do; `leaving` as LeavingWords has it; `nodes` are
// those that were judged.
std::string ObstacleText(const Obstacle& obstacle, const std::string& leaving,
                         const std::vector<redis::NodeStatus>& nodes);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_UPGRADE_WORDS_H_
