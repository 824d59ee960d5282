// The commands that change something, and their dry runs below `plan`.
#ifndef GROUPRING_BACKEND_PROGRAM_CHANGE_COMMAND_H_
#define GROUPRING_BACKEND_PROGRAM_CHANGE_COMMAND_H_

#include <vector>

#include "backend/program/command_table.h"

namespace groupring::backend {

// Of each of Operations(). `program_options`: of every command.
std::vector<Command> ChangeCommands(
    const std::vector<CommandParameter>& program_options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CHANGE_COMMAND_H_
