#include "tests/backend/health/probing.h"

#include <utility>

#include "tests/backend/health/dialogue_script.h"
#include "tests/support/catch.h"

namespace groupring::backend {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

Probing::Probing(const std::string& ca_file, std::chrono::hours later)
    : clock(std::make_unique<testing::ManualClock>()),
      tls(TlsContext::Create(ca_file).value()),
      runner(std::make_unique<ProbeRunner>(clock.get(), tls.get())) {
  clock->Advance(
      milliseconds(SystemClock().UnixMillis() - clock->UnixMillis()) + later);
}

void Probing::Start(const ProbeRequest& request) {
  runner->Start(request, [this](absl::StatusOr<ProbeResult> done) {
    result = std::move(done);
  });
}

void Probing::RunWith(testing::ScriptedServer* server) {
  const auto limit = steady_clock::now() + seconds(20);
  while (runner->running() > 0) {
    if (server != nullptr) server->Pump();
    runner->Run(clock->Steady() + seconds(1));
    REQUIRE(steady_clock::now() < limit);
  }
  // What the client did last.
  if (server != nullptr) server->Pump();
}

ProbeRequest RequestTo(const testing::ScriptedServer& server,
                       redis::ProbeKind kind) {
  ProbeRequest request = RequestFor(kind, "127.0.0.1");
  request.probe.port = server.port();
  return request;
}

}  // namespace groupring::backend
