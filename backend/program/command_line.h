// Parses the command line of `groupring`.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMAND_LINE_H_
#define GROUPRING_BACKEND_PROGRAM_COMMAND_LINE_H_

namespace groupring::backend {

// Runs the command that the arguments ask for. Returns the program's exit
// status.
int RunCommandLine(int argc, const char* const* argv);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMAND_LINE_H_
