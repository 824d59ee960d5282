#include "backend/doctor/signing_settings.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/doctor/pdns_connection.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

// About 280 bytes each: what a name server can spare.
constexpr int64_t kMostSignatures = 5'000'000;

constexpr char kNarrowFirst[] =
    "before secure-zone: pdnsutil --config-name=keys set-nsec3 ZONE '1 0 0 -' "
    "narrow, with the settings file of DNSSEC.md";

std::string Get(const PdnsSettings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

// A backend that `launch` names.
struct Backend {
  std::string name;    // "gsqlite3", "gsqlite3:keys"
  std::string type;    // "gsqlite3"
  std::string prefix;  // of its settings: "gsqlite3-", "gsqlite3-keys-"
};

std::vector<Backend> BackendsOf(const PdnsSettings& settings) {
  std::vector<Backend> backends;
  const std::string launch = Get(settings, "launch");
  for (const absl::string_view part :
       absl::StrSplit(launch, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    Backend backend;
    backend.name = std::string(part);
    const size_t colon = backend.name.find(':');
    backend.type = backend.name.substr(0, colon);
    backend.prefix = backend.type + "-";
    if (colon != std::string::npos) {
      backend.prefix += backend.name.substr(colon + 1) + "-";
    }
    backends.push_back(std::move(backend));
  }
  return backends;
}

bool IsGroupring(const Backend& backend) {
  return MayBeGroupring(backend.type);
}

bool HasKeys(const PdnsSettings& settings, const Backend& backend) {
  if (IsGroupring(backend)) return false;
  if (backend.type == "lmdb") return true;
  if (backend.type == "bind") {
    return !Get(settings, backend.prefix + "dnssec-db").empty();
  }
  return IsOn(settings, backend.prefix + "dnssec", false);
}

Diagnostic CheckCache(const PdnsSettings& settings, const std::string& about) {
  const std::string value = Get(settings, "max-signature-cache-entries");
  int64_t entries = 0;
  const bool is_number = absl::SimpleAtoi(value, &entries);
  if (is_number && entries <= kMostSignatures) {
    return {Severity::kInfo, Code::kPdnsSetting, about,
            "max-signature-cache-entries=" + value, ""};
  }
  return {Severity::kWarning, Code::kPdnsSetting, about,
          absl::StrFormat("max-signature-cache-entries%s: where zones are "
                          "signed, ranges of addresses and questions for "
                          "random names fill the memory with signatures",
                          value.empty() ? " is not set" : "=" + value),
          "set max-signature-cache-entries=100000"};
}

// Whether NSEC, which secure-zone alone makes, would have wrong proofs. Said
// and no more: it is the zones that decide, which ProbeSigning asks.
std::optional<Diagnostic> CheckProofs(const PdnsSettings& settings,
                                      const std::vector<Backend>& backends,
                                      const std::string& about) {
  const auto groupring =
      std::find_if(backends.begin(), backends.end(), IsGroupring);
  if (groupring == backends.end()) return std::nullopt;
  const bool keys_first = std::any_of(
      backends.begin(), groupring,
      [&](const Backend& backend) { return HasKeys(settings, backend); });
  const bool is_pipe = groupring->type == "pipe";
  const bool can_tell = groupring->type == "lua2" ||
                        IsOn(settings, groupring->prefix + "dnssec", false);
  const bool has_bind = std::any_of(
      backends.begin(), backends.end(),
      [](const Backend& backend) { return backend.type == "bind"; });
  if (!is_pipe && (!keys_first || can_tell)) {
    if (!has_bind) return std::nullopt;
    return Diagnostic{
        Severity::kInfo, Code::kPdnsSetting, about,
        absl::StrFormat("launch=%s: zones of the BIND backend that have names "
                        "in groupring may be signed with narrow NSEC3 only, as "
                        "that backend does not know those names",
                        Get(settings, "launch")),
        kNarrowFirst};
  }
  return Diagnostic{
      Severity::kInfo, Code::kPdnsSetting, about,
      absl::StrFormat(
          "launch=%s%s: zones of groupring may be signed with narrow NSEC3 "
          "only, as PowerDNS does not ask groupring which names there are",
          Get(settings, "launch"), is_pipe ? "" : " without remote-dnssec=yes"),
      kNarrowFirst};
}

}  // namespace

Diagnostics CheckSigningSettings(const PdnsSettings& settings,
                                 const std::string& about) {
  const std::vector<Backend> backends = BackendsOf(settings);
  const bool has_keys =
      std::any_of(backends.begin(), backends.end(),
                  [&](const Backend& one) { return HasKeys(settings, one); });
  if (!has_keys || ConnectionsOf(settings).empty()) return {};
  Diagnostics findings = {CheckCache(settings, about)};
  if (auto proofs = CheckProofs(settings, backends, about)) {
    findings.push_back(*std::move(proofs));
  }
  return findings;
}

std::vector<std::string> KeyFilesOf(const PdnsSettings& settings) {
  std::vector<std::string> files;
  for (const Backend& backend : BackendsOf(settings)) {
    if (!HasKeys(settings, backend)) continue;
    for (const char* setting : {"database", "dnssec-db", "filename"}) {
      std::string file = Get(settings, backend.prefix + setting);
      // Of a server of SQL it is a name.
      if (file.starts_with('/')) files.push_back(std::move(file));
    }
  }
  return files;
}

Diagnostic CheckKeyFile(const std::string& path, mode_t mode) {
  const std::string text = absl::StrFormat("0%o", mode & 07777);
  if ((mode & 07) == 0) {
    return {Severity::kInfo, Code::kPdnsRights, path,
            "holds private keys, and is closed to others (" + text + ")", ""};
  }
  return {Severity::kError, Code::kPdnsRights, path,
          "holds private keys, and every user of this host may read or change "
          "it (" +
              text + ")",
          "chmod 0600 " + path +
              "; if others use this host, make new keys and roll over to them"};
}

}  // namespace groupring::backend
