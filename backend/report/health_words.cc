#include "backend/report/health_words.h"

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"

namespace groupring::backend {

std::string_view ReasonWords(redis::VerdictReason reason) {
  using Reason = redis::VerdictReason;
  switch (reason) {
    case Reason::kOk:
      return "ok";
    case Reason::kRefused:
      return "connection refused";
    case Reason::kConnectTimeout:
      return "no connection in time";
    case Reason::kGreetingTimeout:
      return "no greeting in time";
    case Reason::kClosedUngreeted:
      return "closed without greeting";
    case Reason::kBadGreeting:
      return "bad greeting";
    case Reason::kBusy:
      return "busy";
    case Reason::kShuttingDown:
      return "shutting down";
    case Reason::kAuthTlsRefused:
      return "AUTH TLS refused";
    case Reason::kTlsFailed:
      return "TLS failed";
    case Reason::kCertificateName:
      return "certificate for another name";
    case Reason::kCertificateExpired:
      return "certificate expired";
    case Reason::kCertificateUntrusted:
      return "certificate untrusted";
    case Reason::kLoginFailed:
      return "login failed";
    case Reason::kPassiveRefused:
      return "PASV refused";
    case Reason::kPassiveAddress:
      return "passive address differs";
    case Reason::kPassivePort:
      return "passive port outside the range";
    case Reason::kPassiveConnect:
      return "no connection to the passive port";
    case Reason::kHttpStatus:
      return "HTTP status";
    case Reason::kHeartbeatExpired:
      return "heartbeat expired";
  }
  return "ok";
}

std::string_view HealthWords(redis::AddressHealth health) {
  switch (health) {
    case redis::AddressHealth::kUnchecked:
      return "unchecked";
    case redis::AddressHealth::kUnknown:
      return "unknown";
    case redis::AddressHealth::kUp:
      return "up";
    case redis::AddressHealth::kBusy:
      return "busy";
    case redis::AddressHealth::kDraining:
      return "draining";
    case redis::AddressHealth::kDown:
      return "down";
  }
  return "unknown";
}

Tone ToneOf(redis::AddressHealth health) {
  switch (health) {
    case redis::AddressHealth::kUp:
      return Tone::kInService;
    case redis::AddressHealth::kBusy:
    case redis::AddressHealth::kDraining:
      return Tone::kDraining;
    case redis::AddressHealth::kDown:
      return Tone::kBad;
    case redis::AddressHealth::kUnchecked:
    case redis::AddressHealth::kUnknown:
      break;
  }
  return Tone::kPlain;
}

std::string DownWords(uint32_t down_votes, uint32_t votes,
                      redis::VerdictReason reason) {
  return absl::StrFormat("by %d of %d checker%s: %s", down_votes, votes,
                         votes == 1 ? "" : "s", ReasonWords(reason));
}

std::string SourceWords(const redis::HealthConclusions& health,
                        int64_t unix_millis) {
  const int64_t silent = (unix_millis - health.last_checker_unix_millis) / 1000;
  switch (health.source) {
    case redis::HealthSource::kNothingChecked:
      return "nothing is checked: groupring:check and <group>:CHECK have no "
             "PROBES";
    case redis::HealthSource::kNoChecker:
      return "there is no checker, so everything counts as up: start "
             "`groupring checker`";
    case redis::HealthSource::kLive:
      return "checkers are alive";
    case redis::HealthSource::kStale:
      return absl::StrFormat(
          "no checker has reported for %s: their last verdicts go on to count",
          DurationText(silent));
    case redis::HealthSource::kExpired:
      return absl::StrFormat(
          "no checker has reported for %s: everything counts as up",
          DurationText(silent));
  }
  return {};
}

}  // namespace groupring::backend
