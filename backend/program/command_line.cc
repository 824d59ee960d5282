#include "backend/program/command_line.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "backend/daemon/daemon.h"
#include "backend/node/options.h"
#include "backend/program/command_tree.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"

namespace groupring::backend {
namespace {

void AddProgramCommand(CLI::App* root, const char* verb, const char* what,
                       int (*run)(const CommandOptions&),
                       ChosenCommand* chosen) {
  CLI::App* command = root->add_subcommand(verb, what);
  const auto options = std::make_shared<CommandOptions>();
  AddProgramOptions(command, options.get());
  command->callback([=] { chosen->run = [=] { return run(*options); }; });
}

int Serve(const CommandOptions& options, bool replace) {
  DaemonOptions daemon;
  daemon.load_settings = [options] { return SettingsFor(options); };
  daemon.open_log = StderrLog;
  daemon.arguments = {"serve"};
  if (!options.settings_file.empty()) {
    daemon.arguments.insert(daemon.arguments.end(),
                            {"--config", options.settings_file});
  }
  daemon.replace = replace;
  const absl::Status ended = RunDaemon(daemon);
  if (ended.ok()) return kExitDone;
  PrintError(std::string(ended.message()));
  return kExitFailed;
}

void AddServe(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* serve = root->add_subcommand(
      "serve", "Run the daemon: unix sockets and HTTP for PowerDNS");
  const auto options = std::make_shared<CommandOptions>();
  const auto replace = std::make_shared<bool>(false);
  AddProgramOptions(serve, options.get());
  serve->add_flag("--replace", *replace,
                  "Take over the sockets and open connections of the daemon "
                  "that runs here, if one does, once this one is ready");
  serve->callback(
      [=] { chosen->run = [=] { return Serve(*options, *replace); }; });
}

void AddReplace(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* replace = root->add_subcommand(
      "replace",
      "Have the running daemon start its program again, as after an upgrade "
      "or a change of its settings, and hand everything over; it stays if the "
      "new one fails");
  const auto options = std::make_shared<ReplaceOptions>();
  AddProgramOptions(replace, &options->program);
  replace
      ->add_option("--timeout", options->timeout,
                   "How long the new daemon may take to be ready")
      ->type_name("DURATION")
      ->capture_default_str();
  replace->callback([=] { chosen->run = [=] { return Replace(*options); }; });
}

CLI::App* AddNoun(CLI::App* root, const char* noun, const char* what) {
  CLI::App* app = root->add_subcommand(noun, what);
  app->require_subcommand(1);
  return app;
}

void AddPlan(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* plan =
      AddNoun(root, "plan", "What a change would do, without making it");
  const ChangeBranch branch{chosen, true};
  AddGroupChanges(AddNoun(plan, "group", "Changes of groups"), branch);
  AddNameChanges(AddNoun(plan, "name", "Changes of names"), branch);
  AddAddressChanges(AddNoun(plan, "address", "Changes of addresses"), branch);
  // `plan disable G`, `plan add-group N G` for short.
  AddGroupChanges(plan, branch);
  AddNameChanges(plan, branch);
}

void AddCompletion(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* completion =
      AddNoun(root, "completion", "A script that completes commands");
  CLI::App* bash = completion->add_subcommand(
      "bash", "For bash: source <(groupring completion bash)");
  bash->callback([=] {
    chosen->run = [=] {
      PrintPlain(BashCompletion(root));
      return kExitDone;
    };
  });
}

void AddCommands(CLI::App* root, ChosenCommand* chosen) {
  AddServe(root, chosen);
  AddReplace(root, chosen);
  AddProgramCommand(root, "pipe",
                    "Run as PowerDNS' coprocess on standard input and "
                    "output (remote backend's pipe connector, or pipe "
                    "backend ABI 1 to 5)",
                    &Pipe, chosen);
  AddProgramCommand(root, "check-config",
                    "Say whether a settings file is well formed", &CheckConfig,
                    chosen);
  CLI::App* group =
      AddNoun(root, "group", "Groups in and out of service, their weights");
  AddGroupReports(group, chosen);
  AddGroupChanges(group, {chosen});
  CLI::App* name = AddNoun(root, "name", "Names, their settings and groups");
  AddNameReports(name, chosen);
  AddNameChanges(name, {chosen});
  CLI::App* address =
      AddNoun(root, "address", "Addresses of groups, and those never answered");
  AddAddressReports(address, chosen);
  AddAddressChanges(address, {chosen});
  AddPlan(root, chosen);
  AddServiceReports(root, chosen);
  AddSnapshot(AddNoun(root, "snapshot",
                      "What nodes answer from when Redis has lost its data"),
              chosen);
  AddDoctor(root, chosen);
  AddCompletion(root, chosen);
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv) {
  CLI::App app(
      "Answers PowerDNS: hashes the client's subnet onto a ring of proxy "
      "groups held in Redis.",
      "groupring");
  app.set_version_flag("--version", std::string("groupring ") + kVersion);
  app.require_subcommand(1);
  ChosenCommand chosen;
  AddCommands(&app, &chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    PrintProse(ExplainUsage(&app, argc, argv, error.what()));
    return kExitUsage;
  }
  return chosen.run();
}

}  // namespace groupring::backend
