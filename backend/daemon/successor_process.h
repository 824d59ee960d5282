// Starts this program again, as the successor of the running process; and, in
// that one, finds the way back.
#ifndef GROUPRING_BACKEND_DAEMON_SUCCESSOR_PROCESS_H_
#define GROUPRING_BACKEND_DAEMON_SUCCESSOR_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/handover/fd_channel.h"

namespace groupring::backend {

// The file that this process runs, by the name it has now: after an upgrade,
// which replaces the file, the name stands for the new one. Empty: unknown.
std::string OwnProgram();

// Runs `program` with the arguments (without the program's name), with the
// environment of this process, and the channel. All other descriptors but the
// standard ones are closed in it.
absl::StatusOr<pid_t> StartSuccessorProcess(
    const std::string& program, const std::vector<std::string>& arguments,
    FdChannel channel);

// The channel to the process that started this one as its successor; nothing:
// none did. Once; children do not inherit it.
std::optional<FdChannel> ChannelToPredecessor();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_SUCCESSOR_PROCESS_H_
