// The node that serves on this host, asked over its control socket.
#ifndef GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_
#define GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/program/commands.h"
#include "backend/report/local_view.h"

namespace groupring::backend {

// The data that it answers from, as JSON or text. An error says why there is no
// answer and what to do.
absl::StatusOr<LocalView> AskLocalNode(const CommandOptions& options,
                                       bool json);

// Its answer to a command of api/read_commands.h. Errors as above.
absl::StatusOr<std::string> AskLocalNode(const CommandOptions& options,
                                         const std::string& command);

// Its answer to `stats --json`, with all groups.
absl::StatusOr<std::string> AskLocalNodeForStats(const CommandOptions& options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_
