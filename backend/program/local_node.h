// The node that serves on this host, asked over its control socket.
#ifndef GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_
#define GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "backend/program/commands.h"
#include "backend/report/local_view.h"
#include "redis/schema/name_condenser.h"

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

// All names as it knows them with that generation or later, condensed. Asks
// again for as long as it is only a little behind.
absl::StatusOr<redis::CondensedNames> AskLocalNames(
    const CommandOptions& options, int64_t generation);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_
