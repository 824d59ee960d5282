#include "backend/doctor/pdnsutil.h"

#include <cstdio>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

// "5.1.5" or "5.1.0-rc1" is 5 and 1.
bool IsFrom51On(std::string_view version) {
  int major = 0;
  int minor = 0;
  if (std::sscanf(std::string(version).c_str(), "%d.%d", &major, &minor) != 2) {
    return false;
  }
  return major > 5 || (major == 5 && minor >= 1);
}

}  // namespace

std::optional<Diagnostic> CheckPdnsutil(const PdnsSettings& settings,
                                        std::string_view version,
                                        const std::string& about) {
  const auto launch = settings.find("launch");
  if (launch == settings.end() || !IsFrom51On(version)) return std::nullopt;
  const std::vector<std::string> backends = absl::StrSplit(launch->second, ',');
  for (const std::string& backend : backends) {
    // "bind:name" is an instance with a name.
    const std::string type(Trimmed(backend.substr(0, backend.find(':'))));
    if (type != "bind" && type != "lua2") continue;
    return Diagnostic{
        Severity::kInfo, Code::kPdnsSetting, about,
        absl::StrFormat("launch=%s: pdnsutil 5.1, as Debian builds it, ends "
                        "with \"undefined symbol\" where the backend %s is "
                        "launched; pdns_server loads it",
                        launch->second, type),
        "give pdnsutil settings without that backend, by --config-name "
        "(TROUBLESHOOT.md)"};
  }
  return std::nullopt;
}

}  // namespace groupring::backend
