// Events of the service for programs of operators: changes of states, health,
// panic and doubt.
#ifndef GROUPRING_BACKEND_REPORT_SERVICE_EVENTS_H_
#define GROUPRING_BACKEND_REPORT_SERVICE_EVENTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/report/status_report.h"
#include "backend/snapshot/snapshot.h"
#include "redis/model/dataset.h"
#include "redis/model/health.h"
#include "redis/model/node_status.h"

namespace groupring::backend {

// The state of the service at one time, for EventsBetween.
struct ServiceView {
  struct FamilyUp {
    size_t up = 0;
    size_t of = 0;
    bool operator==(const FamilyUp&) const = default;
  };
  // The state that holds, with who and why.
  std::map<std::string, redis::GroupState> states;
  // Of groups that are checked.
  std::map<std::string, std::array<FamilyUp, redis::kFamilies>> health;
  // The first name of each ring for which health is ignored, and the family.
  std::set<std::pair<std::string, size_t>> panic;
  redis::DataOrigin origin = redis::DataOrigin::kHeld;
};

ServiceView ViewForEvents(const Snapshot& snapshot,
                          const redis::HealthConclusions& health,
                          const NodeFacts& facts, int64_t unix_millis);

enum class ServiceEventKind {
  kGroupState,   // another admin state
  kGroupHealth,  // another number of addresses is up
  kPanic,        // health is ignored from now on, or not any more
  kAnswersFrom,  // live, held or doubted data
};
// "group_state", "group_health", "panic", "answers_from".
std::string_view ToText(ServiceEventKind kind);

struct ServiceEvent {
  ServiceEventKind kind = ServiceEventKind::kGroupState;
  std::string about;  // a group, or the name that panics; "": this node
  std::optional<redis::Family> family = {};
  std::string before;  // "enabled", "2/2", "no", "live"
  std::string after;
  std::string by = {};  // of states
  std::string reason = {};
};

// In the order of the kinds. A group that is new is compared with one that is
// enabled and checked by nobody.
std::vector<ServiceEvent> EventsBetween(const ServiceView& before,
                                        const ServiceView& now);

// One object on one line. `left_out`: events before it that nobody was told of.
std::string EventJson(const ServiceEvent& event, const std::string& node,
                      int64_t unix_millis, size_t left_out);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_SERVICE_EVENTS_H_
