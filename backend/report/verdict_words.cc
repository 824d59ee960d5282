#include "backend/report/verdict_words.h"

#include "redis/schema/enum_names.h"

namespace groupring::backend {

using redis::Verdict;
using redis::VerdictReason;

std::string_view ReasonWords(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::kOk:
      return "ok";
    case VerdictReason::kRefused:
      return "refused";
    case VerdictReason::kConnectTimeout:
      return "connect timeout";
    case VerdictReason::kGreetingTimeout:
      return "no greeting in time";
    case VerdictReason::kClosedUngreeted:
      return "closed without greeting";
    case VerdictReason::kBadGreeting:
      return "bad greeting";
    case VerdictReason::kBusy:
      return "busy";
    case VerdictReason::kShuttingDown:
      return "shutting down";
    case VerdictReason::kAuthTlsRefused:
      return "AUTH TLS refused";
    case VerdictReason::kTlsFailed:
      return "TLS failed";
    case VerdictReason::kCertificateName:
      return "certificate for another name";
    case VerdictReason::kCertificateExpired:
      return "certificate expired";
    case VerdictReason::kCertificateUntrusted:
      return "certificate untrusted";
    case VerdictReason::kLoginFailed:
      return "login failed";
    case VerdictReason::kPassiveRefused:
      return "PASV refused";
    case VerdictReason::kPassiveAddress:
      return "passive address differs";
    case VerdictReason::kPassivePort:
      return "passive port outside the range";
    case VerdictReason::kPassiveConnect:
      return "passive connect failed";
    case VerdictReason::kHttpStatus:
      return "HTTP status";
    case VerdictReason::kHeartbeatExpired:
      return "heartbeat expired";
  }
  return "";
}

std::string PaintedVerdict(Verdict verdict, Colours colours) {
  Tone tone = Tone::kPlain;
  switch (verdict) {
    case Verdict::kUp:
      tone = Tone::kInService;
      break;
    case Verdict::kBusy:
      break;
    case Verdict::kDraining:
      tone = Tone::kDraining;
      break;
    case Verdict::kDown:
      tone = Tone::kBad;
      break;
  }
  return Painted(std::string(redis::ToText(verdict)), tone, colours);
}

}  // namespace groupring::backend
