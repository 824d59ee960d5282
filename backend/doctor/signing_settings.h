// Whether PowerDNS' settings fit for signing zones of groupring, as
// pdns-config/DNSSEC.md says. Pure.
#ifndef GROUPRING_BACKEND_DOCTOR_SIGNING_SETTINGS_H_
#define GROUPRING_BACKEND_DOCTOR_SIGNING_SETTINGS_H_

#include <sys/types.h>

#include <array>
#include <string>
#include <vector>

#include "backend/doctor/pdns_settings.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// Nothing where no backend that is launched has keys, or none is groupring.
// `about` names where the settings come from.
Diagnostics CheckSigningSettings(const PdnsSettings& settings,
                                 const std::string& about);

// Files that private keys are in.
std::vector<std::string> KeyFilesOf(const PdnsSettings& settings);

// The names of files that SQLite writes beside such a file end like this. Keys
// are in them, too; they need not be there.
inline constexpr std::array<const char*, 2> kBesideKeyFile = {"-wal",
                                                              "-journal"};

// What the permissions (st_mode) of such a file come to.
Diagnostic CheckKeyFile(const std::string& path, mode_t mode);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_SIGNING_SETTINGS_H_
