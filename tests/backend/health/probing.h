// Probes over sockets, run to their end against a scripted server.
#ifndef GROUPRING_TESTS_BACKEND_HEALTH_PROBING_H_
#define GROUPRING_TESTS_BACKEND_HEALTH_PROBING_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "backend/health/probe_runner.h"
#include "redis/model/check.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_server.h"

namespace groupring::backend {

struct Probing {
  // A clock that shows the time of this host at first, as certificates are made
  // by that, or that much later, and then stands still.
  std::unique_ptr<testing::ManualClock> clock;
  std::unique_ptr<TlsContext> tls;
  std::unique_ptr<ProbeRunner> runner;
  std::optional<absl::StatusOr<ProbeResult>> result;

  explicit Probing(const std::string& ca_file = "",
                   std::chrono::hours later = {});

  void Start(const ProbeRequest& request);

  // Until all probes are over; by the host's time for a while at most. The
  // server may be null.
  void RunWith(testing::ScriptedServer* server);
};

ProbeRequest RequestTo(const testing::ScriptedServer& server,
                       redis::ProbeKind kind);

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_HEALTH_PROBING_H_
