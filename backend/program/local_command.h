// `group disable --local` and `group enable --local`.
#ifndef GROUPRING_BACKEND_PROGRAM_LOCAL_COMMAND_H_
#define GROUPRING_BACKEND_PROGRAM_LOCAL_COMMAND_H_

#include <string>

#include "backend/change/arguments.h"

namespace groupring::backend {

// Asks the daemon of this host, through its control socket, to put the group
// out of service on its node alone until a time (as ParseUntil takes it), or to
// end that where `until` is null. Needs no Redis. The program's exit status.
int ChangeHere(const Arguments& given, const std::string* until,
               const std::string& who, const std::string& reason);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_LOCAL_COMMAND_H_
