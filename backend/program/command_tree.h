// The commands as a tree of nouns and verbs; each file of command_line_* adds
// a branch.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMAND_TREE_H_
#define GROUPRING_BACKEND_PROGRAM_COMMAND_TREE_H_

#include <functional>
#include <memory>
#include <string>

#include "backend/program/change_command.h"
#include "backend/program/commands.h"
#include "backend/program/read_commands.h"

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

void AddGroupReports(CLI::App* noun, ChosenCommand* chosen);
void AddNameReports(CLI::App* noun, ChosenCommand* chosen);
void AddAddressReports(CLI::App* noun, ChosenCommand* chosen);

// status, watch, audit, nodes, explain.
void AddServiceReports(CLI::App* root, ChosenCommand* chosen);
// show, accept.
void AddSnapshot(CLI::App* noun, ChosenCommand* chosen);
void AddDoctor(CLI::App* root, ChosenCommand* chosen);

// A verb with the options of all of its kind, which fill the returned object;
// that is shared with whoever runs the command.
std::shared_ptr<ChangeOptions> AddChangeOptions(CLI::App* verb,
                                                const ChangeBranch& branch);
std::shared_ptr<ReadOptions> AddReadOptions(CLI::App* verb);

// --config.
void AddProgramOptions(CLI::App* verb, CommandOptions* options);

// What is wrong with a command line that did not parse, in words that say what
// is near and where to read on. `root` is the tree that it was parsed with.
std::string ExplainUsage(CLI::App* root, int argc, const char* const* argv,
                         const std::string& parser_says);

// The script that completes this tree's commands in bash.
std::string BashCompletion(CLI::App* root);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMAND_TREE_H_
