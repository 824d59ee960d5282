// Commands as data: what each is called, what it takes and what it runs.
#ifndef GROUPRING_BACKEND_PROGRAM_COMMAND_TABLE_H_
#define GROUPRING_BACKEND_PROGRAM_COMMAND_TABLE_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace groupring::backend {

// What a command takes.
struct CommandParameter {
  enum class Kind {
    kOperand,         // required, by its place
    kOperands,        // the rest of the line, one at least
    kOption,          // --name VALUE
    kRequiredOption,  // --name VALUE, required
    kFlag,            // --name
    kValuedFlag,      // --name or --name=VALUE; named "--wait{nodes}", where
                      // "nodes" is the value of --wait alone
  };

  Kind kind = Kind::kOperand;
  std::string name;  // of options with the dashes
  std::string help;
  std::string type = {};     // what an option's value is, in capitals
  std::string initial = {};  // the value of an option that is not given
  // What is wrong with the value, in words; "" if nothing is.
  std::string (*complaint)(const std::string& value) = nullptr;
};

// What was given to a command.
struct Arguments {
  struct Value {
    std::string text;
    std::vector<std::string> texts;
    bool is_set = false;
  };

  // Of an operand, an option or a valued flag; its initial value if it is not
  // given.
  const std::string& Text(const char* name) const {
    return values.at(name).text;
  }
  // Of Kind::kOperands.
  const std::vector<std::string>& Texts(const char* name) const {
    return values.at(name).texts;
  }
  // Of a flag.
  bool Has(const char* name) const { return values.at(name).is_set; }

  std::map<std::string, Value> values;  // by the parameters' names
};

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
