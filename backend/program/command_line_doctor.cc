#include <CLI/CLI.hpp>
#include <memory>

#include "backend/program/command_tree.h"
#include "backend/program/doctor.h"

namespace groupring::backend {

void AddDoctor(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* doctor = root->add_subcommand(
      "doctor",
      "Examine a live set-up: Redis, its data, PowerDNS' settings and answers; "
      "say what to do");
  const auto options = std::make_shared<DoctorOptions>();
  AddProgramOptions(doctor, &options->common);
  doctor->add_option("--pdns-conf", options->pdns_conf, "A pdns.conf to check")
      ->type_name("FILE");
  doctor->add_flag("--pdns-control", options->pdns_control,
                   "Ask the running PowerDNS for its settings");
  doctor
      ->add_option("--socket-dir", options->socket_dir,
                   "Where PowerDNS has its control socket")
      ->type_name("DIR");
  doctor
      ->add_option("--dns", options->dns,
                   "Ask the PowerDNS at this address, and compare")
      ->type_name("ADDRESS:PORT");
  doctor->add_flag("--json", options->json, "Print JSON");
  doctor->callback([=] { chosen->run = [=] { return Doctor(*options); }; });
}

}  // namespace groupring::backend
