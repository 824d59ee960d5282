// Commands as data: what each is called, what it takes and what it runs.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMAND_TABLE_H_
#define GROUPRING_BACKEND_PROGRAM_COMMAND_TABLE_H_

#include <functional>
#include <string>
#include <vector>

#include "backend/change/arguments.h"

namespace CLI {
class App;
}

namespace groupring::backend {

struct Command {
  std::string path;  // "group show"
  std::string help;
  std::vector<CommandParameter> parameters = {};
  // Runs the command and returns the program's exit status. Empty: this is a
  // noun, and the commands after it are its verbs.
  std::function<int(const Arguments&)> run = {};
};

// Adds the commands to the parser's tree, in their order. After the tree has
// parsed a command line, `*chosen` runs its command.
void AddCommands(const std::vector<Command>& commands, CLI::App* root,
                 std::function<int()>* chosen);

// Explains a command line that `root` could not parse: what is wrong, what was
// probably meant, and which help page says more.
std::string ExplainUsage(CLI::App* root, int argc, const char* const* argv,
                         const std::string& parser_says);

// A bash script that completes the commands of the tree.
std::string BashCompletion(CLI::App* root);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMAND_TABLE_H_
