// All probes of a check at one address, one after the other.
#ifndef GROUPRING_BACKEND_HEALTH_ADDRESS_CHECK_H_
#define GROUPRING_BACKEND_HEALTH_ADDRESS_CHECK_H_

#include <functional>

#include "absl/status/statusor.h"
#include "backend/health/probe.h"
#include "backend/health/probe_runner.h"

namespace groupring::backend {

// The result of the first probe that does not pass, or else of the last one,
// with the warnings of all probes; or a status as in ProbeRunner::Done.
struct CheckResult {
  absl::StatusOr<ProbeResult> result;
  redis::ProbeSpec probe;  // which one it was
};
using CheckDone = std::function<void(CheckResult)>;

// Begins the probes of `request.check.probes`, except heartbeats;
// `request.probe` is filled in from them. The runner outlives the check. `done`
// is called once, from its Run, or at once when there is nothing to probe (the
// result is kFailedPrecondition then).
void StartAddressCheck(ProbeRequest request, ProbeRunner* runner,
                       CheckDone done, Trace trace = {});

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_HEALTH_ADDRESS_CHECK_H_
