// What a command takes, and what it was given.
#ifndef GROUPRING_BACKEND_CHANGE_ARGUMENTS_H_
#define GROUPRING_BACKEND_CHANGE_ARGUMENTS_H_

#include <map>
#include <string>
#include <vector>

namespace groupring::backend {

struct CommandParameter {
  enum class Kind {
    kOperand,          // required, by its place
    kOptionalOperand,  // by its place, or not at all
    kOperands,         // the rest of the line, one at least
    kOption,           // --name VALUE
    kRequiredOption,   // --name VALUE, required
    kFlag,             // --name
    kValuedFlag,       // --name or --name=VALUE; named "--wait{nodes}", where
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

// What was given for each parameter, by its name ("--wait", "group"). Names of
// parameters that the command does not have throw std::out_of_range.
struct Arguments {
  struct Value {
    std::string text;
    std::vector<std::string> texts;
    bool is_set = false;
  };

  // Of an operand, an option or a valued flag; its initial value, which may be
  // empty, if it is not given.
  const std::string& Text(const char* name) const {
    return values.at(name).text;
  }
  // Of Kind::kOperands.
  const std::vector<std::string>& Texts(const char* name) const {
    return values.at(name).texts;
  }
  // Of a flag.
  bool Has(const char* name) const { return values.at(name).is_set; }

  std::map<std::string, Value> values;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_ARGUMENTS_H_
