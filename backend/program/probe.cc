// `groupring probe`: what a checker would find, seen at once.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/health/logins.h"
#include "backend/health/tls_session.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/probe_output.h"
#include "redis/base/clock.h"
#include "redis/base/host_port.h"
#include "redis/base/status_macros.h"
#include "redis/model/address.h"
#include "redis/schema/check.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/raw_value.h"

namespace groupring::backend {
namespace {

using redis::CheckField;
using redis::CheckSettings;
using redis::Family;

struct Target {
  redis::AddressRange address;
  std::optional<uint16_t> port;
};

// A single address of either family.
std::optional<redis::AddressRange> ParseSingle(std::string_view text) {
  for (const Family family : {Family::kA, Family::kAaaa}) {
    std::optional<redis::AddressRange> address =
        redis::ParseMember(family, text);
    if (address && address->is_single()) return address;
  }
  return std::nullopt;
}

absl::StatusOr<Target> ParseTarget(const std::string& text) {
  const auto wrong = [&] {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is no address; expected one like 203.0.113.11, 203.0.113.11:2121, "
        "2001:db8::11 or [2001:db8::11]:2121",
        redis::Quoted(text)));
  };
  if (const auto address = ParseSingle(text)) return Target{*address, {}};
  const std::optional<HostPort> parts = SplitHostPort(text);
  if (!parts) return wrong();
  const auto address = ParseSingle(parts->host);
  if (!address || parts->bracketed != (address->family == Family::kAaaa)) {
    return wrong();
  }
  if (!parts->port) return Target{*address, {}};
  const std::optional<uint16_t> port = ParsePort(*parts->port);
  if (!port || *port == 0) return wrong();
  return Target{*address, port};
}

// What is usually spoken at that port.
redis::ProbeKind UsualKind(uint16_t port) {
  for (const redis::ProbeKind kind :
       {redis::ProbeKind::kFtpsImplicit, redis::ProbeKind::kHttp,
        redis::ProbeKind::kHttps}) {
    if (redis::DefaultPort(kind) == port) return kind;
  }
  return redis::ProbeKind::kFtp;
}

// Puts the options that were given into the check.
absl::Status ApplyOptions(const Arguments& arguments, CheckSettings* check) {
  struct Option {
    const char* name;
    CheckField field;
  };
  constexpr Option kOptions[] = {
      {"--as", CheckField::kProbes},
      {"--passive", CheckField::kPassive},
      {"--passive-ports", CheckField::kPassivePorts},
      {"--passive-addresses", CheckField::kPassiveAddresses},
      {"--login", CheckField::kLogin},
      {"--tls-name", CheckField::kTlsName},
      {"--cert-days", CheckField::kCertDays},
      {"--proxy", CheckField::kProxy},
      {"--status", CheckField::kStatus}};
  for (const Option& option : kOptions) {
    const std::string& value = arguments.Text(option.name);
    if (value.empty()) continue;
    const absl::Status set = redis::SetCheckField(option.field, value, check);
    if (!set.ok()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: %s %s", option.name, redis::Quoted(value), set.message()));
    }
  }
  if (arguments.Has("--tls-verify")) check->tls_verify = redis::TlsVerify::kYes;
  const std::string& timeout = arguments.Text("--timeout");
  if (!timeout.empty()) {
    ASSIGN_OR_RETURN(const int64_t seconds,
                     ParseDuration(timeout, "--timeout"));
    const absl::Status set = redis::SetCheckField(
        CheckField::kTimeout, std::to_string(seconds), check);
    if (!set.ok()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--timeout: %s %s", redis::Quoted(timeout), set.message()));
    }
  }
  if (check->passive != redis::PassiveCheck::kOff && check->login.empty()) {
    return absl::InvalidArgumentError(
        "--passive needs --login: no server names a passive port before one");
  }
  return absl::OkStatus();
}

// The credential that the check's LOGIN names.
absl::Status FindLogin(const Settings& settings, ProbeRequest* request) {
  const std::string& login = request->check.login;
  if (!login.empty()) {
    const std::string& file = settings.checker.logins_file;
    if (file.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "login %s: the settings name no file of logins ([checker] "
          "logins_file)",
          login));
    }
    ASSIGN_OR_RETURN(const Logins logins, LoadLogins(file));
    const auto found = logins.find(login);
    if (found == logins.end()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "login %s: there is none of that name in %s", login, file));
    }
    request->login = found->second;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<redis::AddressRange>> SourceOf(
    const Arguments& arguments) {
  const std::string& text = arguments.Text("--source");
  if (text.empty()) return std::optional<redis::AddressRange>();
  const auto source = ParseSingle(text);
  if (!source) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--source: %s is no address of this host", redis::Quoted(text)));
  }
  return source;
}

absl::StatusOr<int> ProbeGroup(const Arguments& arguments,
                               const Settings& settings, const Clock& clock) {
  const std::string& group = arguments.Text("--group");
  ASSIGN_OR_RETURN(const auto session, OpenSession(ProgramOptions(arguments)));
  ASSIGN_OR_RETURN(const auto data, session->store->LoadGroup(group));
  if (data == nullptr) {
    return absl::NotFoundError(
        absl::StrFormat("there is no group %s; groupring group list shows them",
                        redis::Quoted(group)));
  }
  redis::Complaints complaints;
  ProbeRequest request;
  ASSIGN_OR_RETURN(request.check, session->store->Check(group, &complaints));
  for (const redis::Complaint& complaint : complaints) {
    PrintProse(complaint.key + ": " + complaint.text + "\n");
  }
  RETURN_IF_ERROR(ApplyOptions(arguments, &request.check));
  RETURN_IF_ERROR(FindLogin(settings, &request));
  ASSIGN_OR_RETURN(const auto source, SourceOf(arguments));
  const std::vector<redis::ProbeSpec>& probes = request.check.probes;
  if (probes.empty()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "group %s is not checked: PROBES of groupring:check and %s:CHECK say "
        "nothing; --as says what to try",
        group, group));
  }
  const auto heartbeats = std::count_if(
      probes.begin(), probes.end(), [](const redis::ProbeSpec& probe) {
        return probe.kind == redis::ProbeKind::kHeartbeat;
      });
  if (static_cast<size_t>(heartbeats) == probes.size()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "group %s is checked by heartbeats alone, which are not looked at "
        "here; --as says what to try",
        group));
  }
  if (heartbeats > 0) PrintProse("heartbeats are not looked at here\n");
  std::vector<redis::AddressRange> addresses;
  for (const auto& set : data->addresses) {
    addresses.insert(addresses.end(), set->members().begin(),
                     set->members().end());
  }
  if (addresses.empty()) {
    return absl::NotFoundError(
        absl::StrFormat("group %s has no addresses", group));
  }
  ASSIGN_OR_RETURN(const auto tls,
                   TlsContext::Create(settings.checker.tls_ca_file));
  return ProbeAll(std::move(addresses), request, source, *tls, clock);
}

absl::StatusOr<int> ProbeAddress(const Arguments& arguments,
                                 const Settings& settings, const Clock& clock) {
  ASSIGN_OR_RETURN(const Target target, ParseTarget(arguments.Text("address")));
  ProbeRequest request;
  request.family = target.address.family;
  request.address = target.address.first;
  const redis::ProbeKind usual = UsualKind(target.port.value_or(0));
  request.check.probes = {
      {usual, redis::DefaultPort(usual), redis::IsHttp(usual) ? "/" : ""}};
  RETURN_IF_ERROR(ApplyOptions(arguments, &request.check));
  if (request.check.probes.size() != 1 ||
      request.check.probes[0].kind == redis::ProbeKind::kHeartbeat) {
    return absl::InvalidArgumentError(
        "--as: expected one probe over the network");
  }
  request.probe = request.check.probes[0];
  if (target.port) request.probe.port = *target.port;
  if (!request.check.login.empty() && !redis::IsFtp(request.probe.kind)) {
    return absl::InvalidArgumentError("--login: only FTP has one");
  }
  RETURN_IF_ERROR(FindLogin(settings, &request));
  ASSIGN_OR_RETURN(const auto source, SourceOf(arguments));
  if (source && source->family != request.family) {
    return absl::InvalidArgumentError(
        "--source: the address is not of the family of the one to probe");
  }
  if (source) request.source = source->first;
  ASSIGN_OR_RETURN(const auto tls,
                   TlsContext::Create(settings.checker.tls_ca_file));
  return ProbeOne(request, *tls, clock);
}

}  // namespace

int Probe(const Arguments& arguments) {
  const bool of_group = !arguments.Text("--group").empty();
  if (of_group != arguments.Text("address").empty()) {
    return Fail(absl::InvalidArgumentError(
        "probe: expected an address, or --group with the name of a group"));
  }
  const auto settings = SettingsFor(ProgramOptions(arguments));
  // Status 1 is for addresses that are not up.
  if (!settings.ok()) {
    return Fail(absl::InvalidArgumentError(settings.status().message()));
  }
  const SystemClock clock;
  const absl::StatusOr<int> status =
      of_group ? ProbeGroup(arguments, *settings, clock)
               : ProbeAddress(arguments, *settings, clock);
  return status.ok() ? *status : Fail(status.status());
}

}  // namespace groupring::backend
