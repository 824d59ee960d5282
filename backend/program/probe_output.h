// Probes as they are printed.
#ifndef GROUPRING_BACKEND_PROGRAM_PROBE_OUTPUT_H_
#define GROUPRING_BACKEND_PROGRAM_PROBE_OUTPUT_H_

#include <optional>
#include <vector>

#include "backend/health/probe.h"
#include "backend/health/tls_session.h"
#include "redis/base/clock.h"
#include "redis/model/address.h"

namespace groupring::backend {

// Makes the probe and prints its dialogue as it happens, then the verdict. The
// exit status: whether it is up.
int ProbeOne(const ProbeRequest& request, const TlsContext& tls,
             const Clock& clock);

// Makes the probes of the request's check at all the addresses, and prints a
// line for each in their order. `source`: for addresses of its family. The exit
// status: whether all are up, ranges apart.
int ProbeAll(std::vector<redis::AddressRange> addresses,
             const ProbeRequest& request,
             const std::optional<redis::AddressRange>& source,
             const TlsContext& tls, const Clock& clock);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_PROBE_OUTPUT_H_
