#include "backend/report/local_view.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "redis/base/printable.h"

namespace groupring::backend {

using nlohmann::ordered_json;

std::string LocalViewText(const std::string& why,
                          const absl::StatusOr<LocalView>& view) {
  std::string text = Printable(why, kMaxLine) + "\n";
  if (!view.ok()) {
    return text + "No node of this host shows what it answers by: " +
           Printable(std::string(view.status().message()), kMaxLine) + "\n";
  }
  return text +
         absl::StrFormat(
             "This is the view of the node on this host alone (%s, process "
             "%d); of other nodes nothing is known.\n\n%s\n%s",
             Printable(view->node), view->process, view->status, view->groups);
}

std::string AddGroupPage(const std::string& page, std::string* groups) {
  ordered_json parsed = ordered_json::parse(page, nullptr, false);
  if (!parsed.is_object() || !parsed["groups"].is_array()) return "";
  const std::string next = parsed.value("next", "");
  ordered_json all = ordered_json::parse(*groups, nullptr, false);
  if (all.is_object()) {
    for (ordered_json& group : parsed["groups"]) {
      all["groups"].push_back(std::move(group));
    }
  } else {
    all = std::move(parsed);
    all.erase("next");
    all.erase("total");
  }
  *groups = JsonText(all);
  return next;
}

namespace {

void AddLocalNode(const absl::StatusOr<LocalView>& view, ordered_json* report) {
  ordered_json node = nullptr;
  if (view.ok()) {
    const ordered_json groups =
        ordered_json::parse(view->groups, nullptr, false);
    node = {{"node", view->node},
            {"process", view->process},
            {"status", ordered_json::parse(view->status, nullptr, false)},
            {"groups", groups.is_object()
                           ? groups.value("groups", ordered_json::array())
                           : ordered_json::array()}};
  }
  (*report)["local_node"] = node;
  (*report)["local_node_error"] =
      view.ok() ? "" : std::string(view.status().message());
}

}  // namespace

std::string LocalViewJson(const std::string& why,
                          const absl::StatusOr<LocalView>& view) {
  ordered_json report = Versioned({{"redis", why}});
  AddLocalNode(view, &report);
  return JsonText(report);
}

std::string WithLocalView(const std::string& report,
                          const absl::StatusOr<LocalView>& view) {
  ordered_json all = ordered_json::parse(report);
  AddLocalNode(view, &all);
  return JsonText(all);
}

}  // namespace groupring::backend
