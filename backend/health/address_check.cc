#include "backend/health/address_check.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace groupring::backend {
namespace {

// What is left to do at one address. Owned by the probe that runs.
struct Remaining {
  ProbeRequest request;
  std::vector<redis::ProbeSpec> probes;
  size_t next = 0;
  std::vector<ProbeWarning> warnings;
  ProbeRunner* runner = nullptr;
  CheckDone done;
  Trace trace;
};

void StartNext(std::shared_ptr<Remaining> remaining) {
  remaining->request.probe = remaining->probes[remaining->next++];
  Remaining* const now = remaining.get();
  now->runner->Start(
      now->request,
      [remaining = std::move(remaining)](absl::StatusOr<ProbeResult> result) {
        if (result.ok()) {
          remaining->warnings.insert(remaining->warnings.end(),
                                     result->warnings.begin(),
                                     result->warnings.end());
          if (result->reason == redis::VerdictReason::kOk &&
              remaining->next < remaining->probes.size()) {
            return StartNext(remaining);
          }
          result->warnings = std::move(remaining->warnings);
        }
        remaining->done({std::move(result), remaining->request.probe});
      },
      now->trace);
}

}  // namespace

void StartAddressCheck(ProbeRequest request, ProbeRunner* runner,
                       CheckDone done, Trace trace) {
  auto remaining = std::make_shared<Remaining>();
  for (const redis::ProbeSpec& probe : request.check.probes) {
    if (probe.kind != redis::ProbeKind::kHeartbeat) {
      remaining->probes.push_back(probe);
    }
  }
  if (remaining->probes.empty()) {
    done({absl::FailedPreconditionError("there is nothing to probe"), {}});
    return;
  }
  remaining->request = std::move(request);
  remaining->runner = runner;
  remaining->done = std::move(done);
  remaining->trace = std::move(trace);
  StartNext(std::move(remaining));
}

}  // namespace groupring::backend
