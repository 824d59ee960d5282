#include <chrono>
#include <csignal>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "backend/node/node.h"
#include "backend/program/commands.h"
#include "backend/program/listeners.h"
#include "backend/program/signals.h"
#include "redis/base/clock.h"

namespace groupring::backend {
namespace {

// PowerDNS' first question, the list of zones, must not fail or it ends; so
// listening waits a little for the first load, though not for ever.
constexpr std::chrono::milliseconds kStartWait{2000};

// Takes over what can change while running.
void Reload(const CommandOptions& options, Node* node, const LogSink& log) {
  const absl::StatusOr<Settings> settings = SettingsFor(options);
  const absl::Status status =
      settings.ok() ? node->Reload(*settings) : settings.status();
  if (status.ok()) return;
  log(Severity::kError, "settings not taken over, going on as before: " +
                            std::string(status.message()));
}

}  // namespace

int Serve(const CommandOptions& options) {
  absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) {
    PrintError(std::string(settings.status().message()));
    return kExitFailed;
  }
  SignalWaiter signals({SIGTERM, SIGINT, SIGHUP});
  const LogSink log = StderrLog(settings->log.level);
  const SystemClock clock;
  const absl::StatusOr<std::unique_ptr<Node>> node =
      Node::Create(*settings, GROUPRING_VERSION, &clock, log);
  if (!node.ok()) {
    PrintError(std::string(node.status().message()));
    return kExitFailed;
  }
  (*node)->Start(kStartWait);
  Listeners listeners((*node)->engine(), &clock, log);
  const absl::Status listening = listeners.Start(settings->listen);
  if (!listening.ok()) {
    PrintError(std::string(listening.message()));
    return kExitFailed;
  }
  (*node)->GoLive();
  log(Severity::kInfo,
      absl::StrFormat("groupring %s serves; Redis at %s", GROUPRING_VERSION,
                      (*node)->redis_display()));

  for (;;) {
    const int signal = signals.Wait();
    if (signal != SIGHUP) {
      log(Severity::kInfo,
          absl::StrFormat("ending on %s",
                          signal == SIGTERM ? "SIGTERM" : "SIGINT"));
      break;
    }
    Reload(options, node->get(), log);
  }
  listeners.Stop();
  (*node)->Stop();
  return kExitDone;
}

}  // namespace groupring::backend
