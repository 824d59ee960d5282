// A checker's verdict about one address.
#ifndef GROUPRING_REDIS_MODEL_VERDICT_H_
#define GROUPRING_REDIS_MODEL_VERDICT_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupring::redis {

// schema/enum_names.h has the names of both enums in Redis.
enum class Verdict : uint8_t {
  kUp,
  kBusy,      // it serves others and refuses another client; not down
  kDraining,  // it says that it is about to stop
  kDown,
};

// Why. Each reason belongs to one verdict (VerdictOf).
enum class VerdictReason : uint8_t {
  kOk,
  kRefused,             // the connection was refused, or there is no route
  kConnectTimeout,      // nothing answered the connection in time
  kGreetingTimeout,     // connected, but no complete greeting in time
  kClosedUngreeted,     // connected, and closed before a whole greeting
  kBadGreeting,         // another code, or not a greeting of this protocol
  kBusy,                // FTP 421, "maximum number of connections" and the like
  kShuttingDown,        // "FTP server shutting down"
  kAuthTlsRefused,      // no answer to AUTH TLS, or another than 234
  kTlsFailed,           // the handshake, PBSZ or PROT
  kCertificateName,     // the certificate is for other names
  kCertificateExpired,  // or is not valid yet
  kCertificateUntrusted,  // no authority that we trust has signed it
  kLoginFailed,
  kPassiveRefused,    // PASV or EPSV without an address to connect to
  kPassiveAddress,    // not the address of the control connection
  kPassivePort,       // the port is outside PASSIVE_PORTS
  kPassiveConnect,    // connecting to the passive port failed
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

// What one checker says of one address.
struct AddressVerdict {
  std::string address;  // as it is in the group's set
  Verdict verdict = Verdict::kUp;
  VerdictReason reason = VerdictReason::kOk;
  int64_t since_unix_millis = 0;  // the first probe that said so
  // It was down before this verdict, rather than never probed.
  bool was_down = false;
  bool flapping = false;                // it has changed often recently
  std::optional<int> certificate_days;  // left, of TLS
  std::string text;  // the server's own words, or why; printable and short

  bool operator==(const AddressVerdict&) const = default;
};

// All verdicts of one checker on one group, sorted by address.
using Verdicts = std::vector<AddressVerdict>;

// The verdict about that address; null: there is none.
inline const AddressVerdict* FindVerdict(const Verdicts& verdicts,
                                         std::string_view address) {
  const auto found = std::lower_bound(
      verdicts.begin(), verdicts.end(), address,
      [](const AddressVerdict& verdict, std::string_view wanted) {
        return verdict.address < wanted;
      });
  return found != verdicts.end() && found->address == address ? &*found
                                                              : nullptr;
}

// A process that probes addresses.
struct CheckerStatus {
  std::string id;  // without a colon
  int64_t seen_unix_millis = 0;
  // Its own references fail, or too much fails at once: its verdicts do not
  // count.
  bool doubts_itself = false;
  // What it reports about itself; empty when it has reported nothing for a
  // minute.
  std::string why;  // why it doubts itself
  std::string version;
  std::string host;
  int64_t lag_millis = 0;  // how late its probes are

  bool operator==(const CheckerStatus&) const = default;
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_VERDICT_H_
