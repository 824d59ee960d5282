#include "backend/program/command_tree.h"

#include <CLI/CLI.hpp>

namespace groupring::backend {

void AddProgramOptions(CLI::App* verb, CommandOptions* options) {
  verb->add_option(
          "--config", options->settings_file,
          "Settings file (default: " + std::string(kDefaultSettingsFile) +
              ", or its defaults when there is none)")
      ->type_name("FILE");
}

std::shared_ptr<ChangeOptions> AddChangeOptions(CLI::App* verb,
                                                const ChangeBranch& branch) {
  auto options = std::make_shared<ChangeOptions>();
  AddProgramOptions(verb, &options->program);
  verb->add_flag("--json", options->json, "Print JSON instead of prose");
  verb->add_option("--reason", options->reason, "Why, for the audit")
      ->type_name("TEXT");
  verb->add_option("--until", options->until,
                   "When the group is enabled again by itself: +4h, 2d or "
                   "2026-10-07T13:12:03Z (group disable, drain and fill)")
      ->type_name("TIME");
  options->dry_run = branch.plan;
  if (branch.plan) return options;
  verb->add_flag("--dry-run", options->dry_run,
                 "Show what it would change; write nothing");
  verb->add_flag("--force", options->force,
                 "Make the change even if an interlock objects");
  verb->add_flag("--wait{nodes}", options->wait,
                 "Wait until every live node answers by the change; "
                 "--wait=expired goes on until the last answer cached before "
                 "it has expired (group disable and drain)");
  verb->add_option("--timeout", options->timeout,
                   "How long to wait for the nodes")
      ->type_name("DURATION")
      ->capture_default_str();
  return options;
}

}  // namespace groupring::backend
