#include "backend/program/commands.h"
namespace groupring::backend {
int Serve(const CommandOptions&) { return kExitFailed; }
int Pipe(const CommandOptions&) { return kExitFailed; }
}  // namespace groupring::backend
