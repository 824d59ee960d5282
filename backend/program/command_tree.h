// The commands that change something as branches of the parser's tree.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMAND_TREE_H_
#define GROUPRING_BACKEND_PROGRAM_COMMAND_TREE_H_

#include <functional>
#include <memory>
#include <string>

#include "backend/program/change_command.h"
#include "backend/program/commands.h"

namespace CLI {
class App;
}

namespace groupring::backend {

// What was asked for, once the command line is parsed.
struct ChosenCommand {
  std::function<int()> run;
};

// How a branch of changes is meant.
struct ChangeBranch {
  ChosenCommand* chosen;
  bool plan = false;  // below `plan`: a dry run
};

// Verbs that are the same below `group` and below `plan group` and `plan`.
void AddGroupChanges(CLI::App* noun, ChangeBranch branch);
void AddNameChanges(CLI::App* noun, ChangeBranch branch);
void AddAddressChanges(CLI::App* noun, ChangeBranch branch);

// accept.
void AddSnapshotChanges(CLI::App* noun, ChangeBranch branch);

// A verb with the options of all of its kind, which fill the returned object;
// that is shared with whoever runs the command.
std::shared_ptr<ChangeOptions> AddChangeOptions(CLI::App* verb,
                                                const ChangeBranch& branch);

// --config.
void AddProgramOptions(CLI::App* verb, CommandOptions* options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMAND_TREE_H_
