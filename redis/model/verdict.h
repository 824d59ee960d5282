// What a checker says about one address.
#ifndef GROUPRING_REDIS_MODEL_VERDICT_H_
#define GROUPRING_REDIS_MODEL_VERDICT_H_

#include <cstdint>

namespace groupring::redis {

// schema/enum_names.h has the names of both enums in Redis.
enum class Verdict : uint8_t {
  kUp,
  kBusy,      // it serves others and refuses one more; not down
  kDraining,  // it says that it is about to stop
  kDown,
};

// Why. Each reason belongs to one verdict (VerdictOf).
enum class VerdictReason : uint8_t {
  kOk,
  kRefused,             // the connection was refused, or no way leads there
  kConnectTimeout,      // nothing answered the connection in time
  kGreetingTimeout,     // connected, and then no (whole) greeting in time
  kClosedUngreeted,     // connected, and closed before a whole greeting
  kBadGreeting,         // a greeting of another code, or not in this protocol
  kBusy,                // FTP 421, "maximum number of connections" and the like
  kShuttingDown,        // "FTP server shutting down"
  kAuthTlsRefused,      // AUTH TLS was answered, or not, but with 234
  kTlsFailed,           // the handshake, PBSZ or PROT
  kCertificateName,     // the certificate is for other names
  kCertificateExpired,  // or is not valid yet
  kCertificateUntrusted,  // no authority that we trust has signed it
  kLoginFailed,
  kPassiveRefused,    // PASV or EPSV without an address to connect to
  kPassiveAddress,    // it differs from that of the control connection
  kPassivePort,       // it is outside of PASSIVE_PORTS
  kPassiveConnect,    // it cannot be connected to
  kHttpStatus,        // a status that is not in STATUS
  kHeartbeatExpired,  // the proxy has not kept its key alive
};

inline Verdict VerdictOf(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::kOk:
      return Verdict::kUp;
    case VerdictReason::kBusy:
      return Verdict::kBusy;
    case VerdictReason::kShuttingDown:
      return Verdict::kDraining;
    default:
      return Verdict::kDown;
  }
}

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_VERDICT_H_
