// `groupring`: reads the command line and hands over to one command.

#include <CLI/CLI.hpp>
#include <string>

#include "backend/program/commands.h"
#include "backend/program/doctor.h"
#include "backend/settings/settings.h"

int main(int argc, char** argv) {
  CLI::App app(
      "Answers PowerDNS: hashes the client's subnet onto a ring of proxy "
      "groups held in Redis.",
      "groupring");
  app.set_version_flag("--version", "groupring " GROUPRING_VERSION);
  app.require_subcommand(1);

  groupring::backend::CommandOptions options;
  const auto add = [&](const char* name, const char* what) {
    CLI::App* command = app.add_subcommand(name, what);
    command
        ->add_option("--config", options.settings_file,
                     "Settings file (default: " +
                         std::string(groupring::backend::kDefaultSettingsFile) +
                         ", or its defaults when there is none)")
        ->type_name("FILE");
    return command;
  };
  CLI::App* serve =
      add("serve", "Run the daemon: unix sockets and HTTP for PowerDNS");
  CLI::App* pipe = add("pipe",
                       "Run as PowerDNS' coprocess on standard input and "
                       "output (remote backend's pipe connector, or pipe "
                       "backend ABI 1 to 5)");
  CLI::App* check_config =
      add("check-config", "Say whether a settings file is well formed");

  groupring::backend::DoctorOptions doctor_options;
  CLI::App* doctor =
      add("doctor",
          "Examine a live set-up: Redis, its data, PowerDNS' settings and "
          "answers; say what to do");
  doctor
      ->add_option("--pdns-conf", doctor_options.pdns_conf,
                   "A pdns.conf to check")
      ->type_name("FILE");
  doctor->add_flag("--pdns-control", doctor_options.pdns_control,
                   "Ask the running PowerDNS for its settings");
  doctor
      ->add_option("--socket-dir", doctor_options.socket_dir,
                   "Where PowerDNS has its control socket")
      ->type_name("DIR");
  doctor
      ->add_option("--dns", doctor_options.dns,
                   "Ask the PowerDNS at this address, and compare")
      ->type_name("ADDRESS:PORT");
  doctor->add_flag("--json", doctor_options.json, "Print JSON");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : groupring::backend::kExitUsage;
  }
  if (serve->parsed()) return groupring::backend::Serve(options);
  if (pipe->parsed()) return groupring::backend::Pipe(options);
  if (check_config->parsed()) return groupring::backend::CheckConfig(options);
  if (doctor->parsed()) {
    doctor_options.common = options;
    return groupring::backend::Doctor(doctor_options);
  }
  return groupring::backend::kExitUsage;
}
