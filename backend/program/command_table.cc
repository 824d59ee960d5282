#include "backend/program/command_table.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>

namespace groupring::backend {
namespace {

using Kind = CommandParameter::Kind;

void Add(const CommandParameter& parameter, CLI::App* app,
         Arguments* arguments) {
  const std::string& name = parameter.name;
  Arguments::Value& value = arguments->values[name.substr(0, name.find('{'))];
  value.text = parameter.initial;
  if (parameter.kind == Kind::kFlag) {
    app->add_flag(name, value.is_set, parameter.help);
    return;
  }
  if (parameter.kind == Kind::kValuedFlag) {
    app->add_flag(name, value.text, parameter.help);
    return;
  }
  CLI::Option* const option =
      parameter.kind == Kind::kOperands
          ? app->add_option(name, value.texts, parameter.help)
          : app->add_option(name, value.text, parameter.help);
  option->type_name(parameter.type);
  option->required(parameter.kind != Kind::kOption &&
                   parameter.kind != Kind::kOptionalOperand);
  if (!parameter.initial.empty()) option->capture_default_str();
  if (parameter.complaint != nullptr) {
    option->check(CLI::Validator(parameter.complaint, ""));
  }
}

}  // namespace

void AddCommands(const std::vector<Command>& commands, CLI::App* root,
                 std::function<int()>* chosen) {
  for (const Command& command : commands) {
    CLI::App* app = root;
    std::istringstream path(command.path);
    std::string word;
    for (path >> word; !path.eof(); path >> word) {
      app = app->get_subcommand(word);
    }
    app = app->add_subcommand(word, command.help);
    if (command.hidden) app->group("");
    if (command.run == nullptr) {
      app->require_subcommand(1);
      continue;
    }
    const auto arguments = std::make_shared<Arguments>();
    for (const CommandParameter& parameter : command.parameters) {
      Add(parameter, app, arguments.get());
    }
    app->callback([run = command.run, arguments, chosen] {
      *chosen = [run, arguments] { return run(*arguments); };
    });
  }
}

}  // namespace groupring::backend
