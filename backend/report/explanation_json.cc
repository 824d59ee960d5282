#include <nlohmann/json.hpp>
#include <string>

#include "backend/report/explanation.h"
#include "backend/report/json_text.h"

namespace groupring::backend {

std::string ExplanationJson(const Explanation& e) {
  using nlohmann::ordered_json;
  ordered_json order = ordered_json::array();
  for (const ExplainedGroup& group : e.order) {
    order.push_back({{"group", group.group},
                     {"state", group.state},
                     {"circumstances", group.circumstances},
                     {"keeps_slot", group.keeps_slot},
                     {"answers", group.answers},
                     {"passed_over", group.passed_over}});
  }
  ordered_json families = ordered_json::array();
  for (const ExplainedFamily& family : e.families) {
    families.push_back({{"family", family.family},
                        {"group", family.group},
                        {"how", family.how},
                        {"candidates", family.candidates},
                        {"skipped", family.skipped}});
  }
  const ordered_json json = {
      {"version", kReportVersion},
      {"name", e.name},
      {"client", e.client},
      {"answered", e.answered},
      {"verdict", e.verdict},
      {"zone", e.zone},
      {"mode", e.mode},
      {"key_source", e.key_source},
      {"subnet", e.subnet},
      {"slot", e.slot},
      {"scope_mask", e.scope_mask},
      {"ttl_seconds", e.ttl_seconds},
      {"answers", e.answers},
      {"on_empty", e.on_empty},
      {"groups_on_ring", e.groups_on_ring},
      {"order", order},
      {"families", families},
      {"generation", e.generation},
      {"snapshot", e.snapshot},
      {"snapshot_age_seconds",
       static_cast<double>(e.snapshot_age_millis) / 1000}};
  return JsonText(json);
}

}  // namespace groupring::backend
