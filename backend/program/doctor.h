// `groupring doctor`.
#ifndef GROUPRING_BACKEND_PROGRAM_DOCTOR_H_
#define GROUPRING_BACKEND_PROGRAM_DOCTOR_H_

#include <string>

#include "backend/program/commands.h"

namespace groupring::backend {

struct DoctorOptions {
  CommandOptions common;
  std::string pdns_conf;      // a pdns.conf to check; empty: none
  bool pdns_control = false;  // ask the running PowerDNS for its settings
  std::string socket_dir;     // of pdns_control; empty: its default
  std::string dns;            // "ADDRESS:PORT" of PowerDNS; empty: not asked
  bool json = false;
};

// Examines a live set-up and prints what it found. Done when nothing is wrong
// (warnings aside), failed otherwise.
int Doctor(const DoctorOptions& options);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_DOCTOR_H_
