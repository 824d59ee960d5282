// Whether pdnsutil, by which operators ask groupring and sign zones, works with
// PowerDNS' settings. Pure.
#ifndef GROUPRING_BACKEND_DOCTOR_PDNSUTIL_H_
#define GROUPRING_BACKEND_DOCTOR_PDNSUTIL_H_

#include <optional>
#include <string>
#include <string_view>

#include "backend/doctor/pdns_settings.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// What else to use, where it does not; else nothing. `version` is that of the
// running PowerDNS, as `pdns_control version` prints it: "5.1.5". `about` names
// where the settings come from.
std::optional<Diagnostic> CheckPdnsutil(const PdnsSettings& settings,
                                        std::string_view version,
                                        const std::string& about);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_PDNSUTIL_H_
