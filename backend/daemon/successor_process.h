// Starts the program of this process again as its successor, and finds the
// channel to the process that started this one.
#ifndef GROUPRING_BACKEND_DAEMON_SUCCESSOR_PROCESS_H_
#define GROUPRING_BACKEND_DAEMON_SUCCESSOR_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/handover/fd_channel.h"

namespace groupring::backend {

// The name of the file that this process runs; after an upgrade, which replaces
// the file, the name stands for the new one. "" if it is not known.
std::string OwnProgram();

// Runs `program` with the arguments (without the program's name) and the
// environment of this process. It inherits the standard descriptors and the
// channel only.
absl::StatusOr<pid_t> StartSuccessorProcess(
    const std::string& program, const std::vector<std::string>& arguments,
    FdChannel channel);

// The channel to the process that started this one as its successor; nullopt if
// none did. To be called once; children do not inherit it.
std::optional<FdChannel> ChannelToPredecessor();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_SUCCESSOR_PROCESS_H_
