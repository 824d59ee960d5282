#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>

#include "backend/engine/engine.h"
#include "backend/node/options.h"
#include "backend/program/commands.h"
#include "backend/transport/stdio_server.h"
#include "redis/base/clock.h"

namespace groupring::backend {
namespace {

// PowerDNS waits two seconds for an answer and ends when its first question,
// the list of zones, fails: half of that may go to the first load.
constexpr std::chrono::milliseconds kStartWait{1000};

}  // namespace

int Pipe(const CommandOptions& options) {
  const absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) {
    PrintError(std::string(settings.status().message()));
    return kExitFailed;
  }
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(*settings);
  if (!store.ok()) {
    PrintError(std::string(store.status().message()));
    return kExitFailed;
  }
  std::signal(SIGPIPE, SIG_IGN);
  // PowerDNS hands down whatever it had open; its sockets are not ours to
  // keep alive.
  close_range(STDERR_FILENO + 1, ~0U, 0);

  const LogSink log = StderrLog(settings->log.level);
  const SystemClock clock;
  Engine engine(EngineOptionsFor(*settings, *store), &clock, log);
  engine.Start();
  engine.KeepState();
  if (!engine.WaitUntilLoaded(kStartWait)) {
    const bool has_state = engine.snapshots().Take() != nullptr;
    log(Severity::kWarning, "Redis at " + store->location.Display() +
                                " is not loaded yet; " +
                                (has_state ? "answering from what was saved"
                                           : "queries fail until it is"));
  }
  const std::unique_ptr<Handler> handler = engine.NewHandler();
  ServeStdio(STDIN_FILENO, STDOUT_FILENO, handler.get(), &clock, log);
  engine.Stop();
  return kExitDone;
}

}  // namespace groupring::backend
