// The command line: which command it asks for, with which operands and
// options.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMAND_LINE_H_
#define GROUPRING_BACKEND_PROGRAM_COMMAND_LINE_H_

namespace groupring::backend {

// Runs the one command that it asks for; the program's exit status.
int RunCommandLine(int argc, const char* const* argv);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMAND_LINE_H_
