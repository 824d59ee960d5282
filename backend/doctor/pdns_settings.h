// Whether PowerDNS' settings let groupring do its work. The rules are those of
// the files in pdns-config/, which give the reasons.
#ifndef GROUPRING_BACKEND_DOCTOR_PDNS_SETTINGS_H_
#define GROUPRING_BACKEND_DOCTOR_PDNS_SETTINGS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

using PdnsSettings = std::map<std::string, std::string>;

// The text of a pdns.conf, or what `pdns_control current-config` prints:
// "name=value" lines, "name+=value" adds, "#" at the beginning of a word begins
// a comment, and a backslash at the end of a line goes on with the next one.
// Names are in the form that pdns.conf uses; the last value counts, so text
// that PowerDNS reads later is added to the `settings` read so far.
PdnsSettings ParsePdnsSettings(std::string_view text,
                               PdnsSettings settings = {});

// A pdns.conf and, as PowerDNS reads them after it, the files of its
// include-dir whose names end in ".conf", in the order of their names. A file
// or directory that cannot be read is an error that names it. Appends the files
// that were read to *files.
absl::StatusOr<PdnsSettings> ReadPdnsSettings(const std::string& path,
                                              std::vector<std::string>* files);

// Whether PowerDNS takes the setting for "yes": anything but "no" and "off".
// `by_default` is what PowerDNS does without it.
bool IsOn(const PdnsSettings& settings, const std::string& name,
          bool by_default);

// Whether groupring may be behind a backend of this type in `launch`.
bool MayBeGroupring(std::string_view type);

// `about` names where the settings come from.
Diagnostics CheckPdnsSettings(const PdnsSettings& settings,
                              const std::string& about);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_PDNS_SETTINGS_H_
