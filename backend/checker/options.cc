#include "backend/checker/options.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/node/options.h"
#include "redis/base/host_port.h"
#include "redis/base/printable.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

std::optional<redis::AddressRange> ParseAddress(std::string_view text) {
  for (const redis::Family family : {redis::Family::kA, redis::Family::kAaaa}) {
    std::optional<redis::AddressRange> address =
        redis::ParseMember(family, text);
    if (address && address->is_single()) return address;
  }
  return std::nullopt;
}

absl::Status Wrong(const std::string& setting, const std::string& text,
                   const std::string& expected) {
  return absl::InvalidArgumentError(
      absl::StrFormat("[checker] %s: \"%s\" is no %s", setting,
                      Printable(text, kMaxLine), expected));
}

absl::StatusOr<AddressAndPort> ParseReference(const std::string& text) {
  const std::optional<HostPort> parts = SplitHostPort(text);
  if (parts && parts->port) {
    const auto address = ParseAddress(parts->host);
    const std::optional<uint16_t> port = ParsePort(*parts->port);
    if (address && port && *port != 0) {
      return AddressAndPort{address->family, address->first, *port};
    }
  }
  return Wrong("reference", text,
               "address with a port, such as 192.0.2.1:53 or "
               "[2001:db8::1]:53");
}

}  // namespace

absl::StatusOr<CheckerOptions> CheckerOptionsFor(const Settings& settings) {
  CheckerOptions options;
  options.host = HostName();
  options.id = settings.checker.id.empty() ? options.host : settings.checker.id;
  if (options.id.find(':') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the host's name is %s, and no id of a checker has a colon: set "
        "[checker] id",
        Printable(options.id, kMaxLine)));
  }

  ASSIGN_OR_RETURN(options.store, CheckerStoreOptionsFor(settings));

  for (const std::string& text : settings.checker.reference) {
    ASSIGN_OR_RETURN(const AddressAndPort reference, ParseReference(text));
    options.references.push_back(reference);
  }
  for (const std::string& text : settings.checker.source) {
    const auto address = ParseAddress(text);
    if (!address) return Wrong("source", text, "address of this host");
    auto& source = options.sources[static_cast<size_t>(address->family)];
    if (source) {
      return absl::InvalidArgumentError(
          absl::StrFormat("[checker] source: %s is the second of its family; "
                          "expected one at most",
                          Printable(text, kMaxLine)));
    }
    source = address->first;
  }
  options.spacing =
      std::chrono::milliseconds(1000 / settings.checker.per_host_per_second);
  if (!settings.checker.logins_file.empty()) {
    ASSIGN_OR_RETURN(options.logins, LoadLogins(settings.checker.logins_file));
  }
  ASSIGN_OR_RETURN(std::unique_ptr<TlsContext> tls,
                   TlsContext::Create(settings.checker.tls_ca_file));
  options.tls = std::move(tls);
  return options;
}

}  // namespace groupring::backend
