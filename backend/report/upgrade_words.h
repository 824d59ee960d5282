// Why a group cannot be called safe to upgrade, for people and as JSON.
#ifndef GROUPRING_BACKEND_REPORT_UPGRADE_WORDS_H_
#define GROUPRING_BACKEND_REPORT_UPGRADE_WORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "backend/change/upgrade_safety.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// "node_silent", "address_elsewhere", …: part of the JSON format.
std::string_view ToText(Obstacle::Kind kind);

// One sentence with what to do; `nodes` are those that were judged.
std::string ObstacleText(const Obstacle& obstacle, const std::string& group,
                         const std::vector<redis::NodeStatus>& nodes);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_UPGRADE_WORDS_H_
