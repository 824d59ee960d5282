// A dialogue with a server that follows a script.
#ifndef GROUPRING_TESTS_BACKEND_HEALTH_DIALOGUE_SCRIPT_H_
#define GROUPRING_TESTS_BACKEND_HEALTH_DIALOGUE_SCRIPT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "backend/health/dialogue.h"
#include "redis/model/verdict.h"

namespace groupring::backend {

// When certificates are looked at: 2023-11-14T22:13:20Z.
inline constexpr int64_t kProbeTime = 1'700'000'000;

// What a dialogue did and what it came to.
struct Played {
  // In order: lines as they were sent, and "*tls", "*data 21000", "*close".
  std::vector<std::string> actions;
  std::vector<redis::AddressBytes> data_addresses;  // of each "*data"
  bool has_result = false;
  redis::VerdictReason reason = redis::VerdictReason::kOk;
  std::string text;
  std::vector<ProbeWarning> warnings;
  // "> USER x", "< 331 …", "* …".
  std::vector<std::string> trace;
};

// Plays each entry of the script as soon as what came before it is done:
// "*secured", "*tls-failed", "*end", "*reset", "*expire", "*data", "*no-data",
// or else bytes of the server, in pieces of that size.
Played Play(const ProbeRequest& request, const std::vector<std::string>& script,
            size_t piece = SIZE_MAX, const TlsFacts& facts = {});

// The bytes of 192.0.2.1.
ProbeRequest RequestFor(redis::ProbeKind kind,
                        std::string_view address = "192.0.2.1");

// A certificate that is in order, for 90 days from kProbeTime on.
TlsFacts SoundFacts();

// A script, and what it has to come to.
struct ScriptCase {
  const char* what;
  std::vector<std::string> script;
  std::vector<std::string> actions;
  redis::VerdictReason reason;
  std::string text;
};

// Plays each with SoundFacts, whole and in pieces of two sizes, and compares.
void CheckCases(const ProbeRequest& request,
                const std::vector<ScriptCase>& cases);

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_HEALTH_DIALOGUE_SCRIPT_H_
