// The frame of commands that read Redis and show something of it.
#ifndef GROUPRING_BACKEND_PROGRAM_READ_AND_SHOW_H_
#define GROUPRING_BACKEND_PROGRAM_READ_AND_SHOW_H_

#include <functional>

#include "absl/status/status.h"
#include "backend/program/commands.h"
#include "backend/program/control_session.h"

namespace groupring::backend {

// Returns the exit status, and prints why nothing could be shown.
int ReadAndShow(
    const Arguments& arguments,
    const std::function<absl::Status(ControlSession*, const Reading&)>& show,
    NamesWanted wanted = NamesWanted::kAll);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_READ_AND_SHOW_H_
