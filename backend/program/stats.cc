// `groupring stats`: the figures of the node on this host, for scripts.
#include <string>

#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/local_node.h"

namespace groupring::backend {

int ShowStats(const Arguments& arguments) {
  const bool json = arguments.Has("--json");
  const bool csv = arguments.Has("--csv");
  if (json && csv) {
    return Fail(absl::InvalidArgumentError(
        "--json and --csv: expected one of them at most"));
  }
  const CommandOptions options = ProgramOptions(arguments);
  const auto answer =
      json ? AskLocalNodeForStats(options)
           : AskLocalNode(options, std::string(csv ? "stats --csv" : "stats"));
  if (!answer.ok()) return Fail(answer.status());
  Print(*answer);
  return kExitDone;
}

}  // namespace groupring::backend
