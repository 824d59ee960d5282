// The node that serves on this host, asked over its control socket.
#ifndef GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_
#define GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_

#include "absl/status/statusor.h"
#include "backend/program/commands.h"
#include "backend/report/local_view.h"

namespace groupring::backend {

// What it answers by; as JSON or as text. An error says why there is no answer
// and what to do.
absl::StatusOr<LocalView> AskLocalNode(const CommandOptions& options,
                                       bool json);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_LOCAL_NODE_H_
