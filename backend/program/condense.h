// How commands read names where there are many.
#ifndef GROUPRING_BACKEND_PROGRAM_CONDENSE_H_
#define GROUPRING_BACKEND_PROGRAM_CONDENSE_H_

#include "backend/program/commands.h"
#include "redis/admin/condensed_read.h"

namespace groupring::backend {

// Asks the process that serves on this host; while names have to be read from
// Redis, shows on a terminal how far that is.
redis::CondenseOptions HowToCondense(const CommandOptions& options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CONDENSE_H_
