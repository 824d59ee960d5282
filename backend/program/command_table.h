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
  // Help, completion and manual do not list what only scripts run.
  bool hidden = false;
};

// Adds the commands to the parser's tree, in their order. After the tree has
// parsed a command line, `*chosen` runs its command.
void AddCommands(const std::vector<Command>& commands, CLI::App* root,
                 std::function<int()>* chosen);

// Explains a command line that `root` could not parse: what is wrong, what was
// probably meant, and which help page says more.
std::string ExplainUsage(CLI::App* root, int argc, const char* const* argv,
                         const std::string& parser_says);

// What may stand at the end of a command line.
struct Completion {
  enum class Values {
    kNone,
    kGroups,  // that Redis holds
    kNames,   // that Redis holds
    kFiles,
  };
  std::vector<std::string> words;  // some with a tab and a description
  Values values = Values::kNone;   // besides them
  std::string config;              // the --config of the line
};

// `words` are those after the program's name; the last is not complete, and
// words that do not begin like it are listed as well.
Completion CompleteLine(CLI::App* root, const std::vector<std::string>& words);

enum class Shell { kBash, kZsh, kFish };

// Has the shell complete the program's command lines by `completion words`.
const char* CompletionScript(Shell shell);

// The pages of section 1 of the manual: "groupring" and one for each command or
// group of commands, such as "groupring-group".
std::vector<std::string> ManualPages(CLI::App* root);

// The page in Markdown, from its NAME on; "" if there is none of that name.
std::string ManualPage(CLI::App* root, const std::string& page);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_COMMAND_TABLE_H_
