// What the node on this host answers by, shown where Redis does not tell how
// the service stands.
#ifndef GROUPRING_BACKEND_REPORT_LOCAL_VIEW_H_
#define GROUPRING_BACKEND_REPORT_LOCAL_VIEW_H_

#include <string>

#include "absl/status/statusor.h"

namespace groupring::backend {

// The answers of a node to `status` and `group list`, in one of both formats.
struct LocalView {
  std::string node;
  int process = 0;
  std::string status;
  std::string groups;
};

// Puts the groups of a page of `group list --json` or `stats --json` behind
// those of the pages before it, which keep their other fields. Returns what the
// next page comes after; "" if this was the last.
std::string AddGroupPage(const std::string& page, std::string* groups);

// `why`: what is wrong with Redis. `view`: as text, or why there is none.
std::string LocalViewText(const std::string& why,
                          const absl::StatusOr<LocalView>& view);

// {"version", "redis": why, "local_node": {"node", "process", "status",
// "groups"} or null, "local_node_error"}; `view` as JSON.
std::string LocalViewJson(const std::string& why,
                          const absl::StatusOr<LocalView>& view);

// The JSON of another report with "local_node" and "local_node_error" added.
std::string WithLocalView(const std::string& report,
                          const absl::StatusOr<LocalView>& view);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_LOCAL_VIEW_H_
