// One attempt at one address: what is asked for, and what came of it.
#ifndef GROUPRING_BACKEND_HEALTH_PROBE_H_
#define GROUPRING_BACKEND_HEALTH_PROBE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/health/endpoint.h"
#include "redis/model/address.h"
#include "redis/model/check.h"
#include "redis/model/verdict.h"

namespace groupring::backend {

struct Credential {
  std::string user;
  std::string password;

  bool operator==(const Credential&) const = default;
};

struct ProbeRequest {
  redis::Family family = redis::Family::kA;
  redis::AddressBytes address{};
  redis::ProbeSpec probe;
  // Of these the fields that say what one probe does; TIMEOUT bounds it.
  redis::CheckSettings check;
  // What LOGIN names. FTP without it ends before USER, and before PASV.
  std::optional<Credential> login;
  // Of the same family, without a port: where connections come from. Nothing:
  // as the system chooses.
  std::optional<redis::AddressBytes> source;

  AddressAndPort target() const { return {family, address, probe.port}; }
};

// A fault that does not make an address down, but that somebody should repair.
struct ProbeWarning {
  enum class Kind : uint8_t {
    kCertificateExpired,  // or is not valid yet
    kCertificateName,
    kCertificateUntrusted,
    kCertificateExpiresSoon,
    kNoEpsv,  // the server knows PASV alone
  };

  Kind kind = Kind::kNoEpsv;
  std::string text;  // printable, short

  bool operator==(const ProbeWarning&) const = default;
};

struct ProbeResult {
  redis::VerdictReason reason = redis::VerdictReason::kOk;
  // What the server said, or else what happened; printable, one short line.
  // May be empty.
  std::string text;
  std::vector<ProbeWarning> warnings;
  std::optional<int64_t> certificate_not_after;  // unix seconds
  // From the start of the connection until the verdict was certain. If it is
  // much more than TIMEOUT, this process was held up and late with its part of
  // the dialogue, so a verdict of down may be its own fault.
  std::chrono::steady_clock::duration elapsed{};

  redis::Verdict verdict() const { return redis::VerdictOf(reason); }
};

// The bytes that a verdict's text may have.
inline constexpr size_t kMaxProbeText = 200;

// The dialogue as it happens: lines sent and received, and what happens
// besides. Lines are as they arrived, not yet printable; passwords are not in
// them.
enum class TraceKind : uint8_t { kSent, kReceived, kNote };
using Trace = std::function<void(TraceKind, std::string_view line)>;

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_PROBE_H_
