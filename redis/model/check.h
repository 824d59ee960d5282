// How the addresses of a group are checked: `groupring:check` for all groups,
// `<group>:CHECK` for one. schema/check.h reads them.
#ifndef GROUPRING_REDIS_MODEL_CHECK_H_
#define GROUPRING_REDIS_MODEL_CHECK_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "redis/model/address.h"

namespace groupring::redis {

enum class ProbeKind : uint8_t {
  kTcp,           // the connection is accepted
  kFtp,           // and greeted with 220
  kFtps,          // and secured by AUTH TLS
  kFtpsImplicit,  // TLS from the first byte
  kHttp,
  kHttps,
  kHeartbeat,  // the proxy keeps `groupring:alive:<address>` from expiring
};

// Whether the probe speaks FTP, and so can log in and ask for passive ports.
inline bool IsFtp(ProbeKind kind) {
  return kind == ProbeKind::kFtp || kind == ProbeKind::kFtps ||
         kind == ProbeKind::kFtpsImplicit;
}
inline bool IsHttp(ProbeKind kind) {
  return kind == ProbeKind::kHttp || kind == ProbeKind::kHttps;
}
inline bool UsesTls(ProbeKind kind) {
  return kind == ProbeKind::kFtps || kind == ProbeKind::kFtpsImplicit ||
         kind == ProbeKind::kHttps;
}

// The protocol's default port: 21, 990, 80, 443; 21 for kTcp; 0 for kHeartbeat,
// which has no port.
uint16_t DefaultPort(ProbeKind kind);

struct ProbeSpec {
  ProbeKind kind = ProbeKind::kTcp;
  uint16_t port = 0;  // 0 for kHeartbeat only
  std::string path;   // of HTTP, with its slash; else empty

  bool operator==(const ProbeSpec&) const = default;
};

enum class PassiveCheck : uint8_t { kOff, kAddress, kConnect };
enum class TlsVerify : uint8_t { kNo, kYes };
enum class ProxyHeader : uint8_t { kOff, kV1, kV2 };
// kObserve: measured and shown, and nothing is withheld.
enum class CheckMode : uint8_t { kObserve, kAct };

// Numbers from `first` to `last`, both included.
struct NumberRange {
  uint16_t first = 0;
  uint16_t last = 65535;

  bool Has(int number) const { return number >= first && number <= last; }
  bool operator==(const NumberRange&) const = default;
};

// 200 to 399.
std::vector<NumberRange> SuccessCodes();

// How many addresses of a family must be up for the group to count as up.
struct MinimumUp {
  uint32_t amount = 1;
  bool is_percentage = false;

  bool operator==(const MinimumUp&) const = default;
};

// All fields, with defaults for what is missing or malformed.
struct CheckSettings {
  std::vector<ProbeSpec> probes;  // all must pass; none: nothing is checked
  std::chrono::seconds interval{5};
  std::chrono::seconds timeout{3};  // of one probe, from its connection on
  uint32_t rise = 2;  // probes in a row that must pass before it is up
  uint32_t fall = 3;  // probes in a row that must fail before it is down
  PassiveCheck passive = PassiveCheck::kOff;
  NumberRange passive_ports;
  // IPv4 addresses that PASV may name besides the one that was connected to.
  std::vector<AddressBytes> passive_addresses;
  std::string login;     // the name of a credential of the checker
  std::string tls_name;  // SNI, and the name to verify; may be empty
  TlsVerify tls_verify = TlsVerify::kNo;
  uint32_t cert_days = 14;  // warn about certificates with fewer days left
  ProxyHeader proxy = ProxyHeader::kOff;
  std::vector<NumberRange> status = SuccessCodes();  // of HTTP
  MinimumUp min_up;
  std::chrono::seconds return_time{0};  // in which a group fills after a fault
  CheckMode mode = CheckMode::kAct;
  int64_t paused_until = 0;  // unix seconds; until then kObserve applies
  // In `groupring:check` only; ignored in the hash of one group.
  uint32_t panic_percent = 30;  // of a name's weight; 0: health always counts
  std::chrono::seconds stale{3600};  // so long verdicts count without a checker

  bool operator==(const CheckSettings&) const = default;
};

// The fields of the hashes, in the order in which they are documented.
enum class CheckField : uint8_t {
  kProbes,
  kInterval,
  kTimeout,
  kRise,
  kFall,
  kPassive,
  kPassivePorts,
  kPassiveAddresses,
  kLogin,
  kTlsName,
  kTlsVerify,
  kCertDays,
  kProxy,
  kStatus,
  kMinUp,
  kReturn,
  kMode,
  kPausedUntil,
  kPanic,
  kStale,
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_CHECK_H_
