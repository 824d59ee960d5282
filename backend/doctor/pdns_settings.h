// Whether PowerDNS' settings let groupring do its work. The rules are those of
// the files in pdns-config/, which give the reasons.
#ifndef GROUPRING_BACKEND_DOCTOR_PDNS_SETTINGS_H_
#define GROUPRING_BACKEND_DOCTOR_PDNS_SETTINGS_H_

#include <map>
#include <string>
#include <string_view>

#include "redis/base/diagnostic.h"

namespace groupring::backend {

using PdnsSettings = std::map<std::string, std::string>;

// The text of a pdns.conf, or what `pdns_control current-config` prints:
// "name=value" lines, "name+=value" adds, "#" begins a comment. Names are in
// the form that pdns.conf uses; the last value counts.
PdnsSettings ParsePdnsSettings(std::string_view text);

// `about` names where the settings come from.
Diagnostics CheckPdnsSettings(const PdnsSettings& settings,
                              const std::string& about);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_PDNS_SETTINGS_H_
