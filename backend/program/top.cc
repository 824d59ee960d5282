// `groupring top`: who asks the node on this host most.
#include <string>

#include "absl/strings/str_format.h"
#include "backend/api/read_commands.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/local_node.h"
#include "backend/report/top_report.h"
#include "redis/base/printable.h"

namespace groupring::backend {

int ShowTop(const Arguments& arguments) {
  const std::string& by = arguments.Text("--by");
  if (!ParseTopBy(by)) {
    return Fail(absl::InvalidArgumentError(absl::StrFormat(
        "--by: \"%s\" is nothing to go by; expected resolver, subnet, name or "
        "group",
        Printable(by))));
  }
  const std::string& count = arguments.Text("--count");
  const absl::StatusOr<size_t> limit = ParseLimit(count);
  if (!limit.ok()) return Fail(limit.status());
  const auto answer =
      AskLocalNode(ProgramOptions(arguments),
                   absl::StrFormat("top --by %s --limit %s%s", by, count,
                                   arguments.Has("--json") ? " --json" : ""));
  if (!answer.ok()) return Fail(answer.status());
  Print(*answer);
  return kExitDone;
}

}  // namespace groupring::backend
