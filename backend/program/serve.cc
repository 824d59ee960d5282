#include <chrono>
#include <csignal>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/engine/engine.h"
#include "backend/program/commands.h"
#include "backend/program/listeners.h"
#include "backend/program/node.h"
#include "backend/program/signals.h"
#include "redis/admin/heartbeat.h"
#include "redis/base/clock.h"

namespace groupring::backend {
namespace {

// PowerDNS' first question, the list of zones, must not fail or it ends; so
// listening waits a little for the first load, though not for ever.
constexpr std::chrono::milliseconds kStartWait{2000};

// Takes over what can change while running. The settings as they then are.
Settings Reload(const CommandOptions& options, const Settings& before,
                Engine* engine, const LogSink& log) {
  const absl::StatusOr<Settings> after = SettingsFor(options);
  if (!after.ok()) {
    log(Severity::kError, "settings not taken over, going on as before: " +
                              std::string(after.status().message()));
    return before;
  }
  absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(*after);
  if (!store.ok()) {
    log(Severity::kError, "settings not taken over, going on as before: " +
                              std::string(store.status().message()));
    return before;
  }
  if (after->listen != before.listen || after->state != before.state ||
      after->node != before.node || after->log != before.log) {
    log(Severity::kWarning,
        "only changes of [redis] are taken over; the others take effect at the "
        "next start");
  }
  // Always: the password file may hold another password under the same name.
  engine->Reconnect(*std::move(store));
  log(Severity::kInfo, "settings read again; connecting to Redis anew");
  Settings now = before;
  now.redis = after->redis;
  return now;
}

}  // namespace

int Serve(const CommandOptions& options) {
  absl::StatusOr<Settings> settings = SettingsFor(options);
  if (!settings.ok()) {
    PrintError(std::string(settings.status().message()));
    return kExitFailed;
  }
  const absl::StatusOr<redis::StoreOptions> store = StoreOptionsFor(*settings);
  if (!store.ok()) {
    PrintError(std::string(store.status().message()));
    return kExitFailed;
  }
  SignalWaiter signals({SIGTERM, SIGINT, SIGHUP});
  const LogSink log = StderrLog(settings->log.level);
  const SystemClock clock;

  Engine engine(EngineOptionsFor(*settings, *store), &clock, log);
  redis::Heartbeat heartbeat(
      HeartbeatOptionsFor(*store),
      [&, started = clock.UnixMillis() / 1000] {
        return DescribeNode(engine, NodeName(*settings), started);
      },
      &clock, log);
  engine.SetAppliedListener([&heartbeat] { heartbeat.Poke(); });
  engine.Start();
  if (!engine.WaitUntilLoaded(kStartWait)) {
    const bool has_state = engine.snapshots().Take() != nullptr;
    log(Severity::kWarning, "Redis at " + store->endpoint.Display() +
                                " is not loaded yet; " +
                                (has_state ? "answering from what was saved"
                                           : "queries fail until it is"));
  }
  Listeners listeners(&engine, &clock, log);
  const absl::Status listening = listeners.Start(settings->listen);
  if (!listening.ok()) {
    PrintError(std::string(listening.message()));
    engine.Stop();
    return kExitFailed;
  }
  heartbeat.Start();
  log(Severity::kInfo,
      absl::StrFormat("groupring %s serves; Redis at %s", GROUPRING_VERSION,
                      store->endpoint.Display()));

  for (;;) {
    const int signal = signals.Wait();
    if (signal != SIGHUP) {
      log(Severity::kInfo,
          absl::StrFormat("ending on %s",
                          signal == SIGTERM ? "SIGTERM" : "SIGINT"));
      break;
    }
    settings = Reload(options, *settings, &engine, log);
  }
  listeners.Stop();
  heartbeat.Stop();
  engine.Stop();
  return kExitDone;
}

}  // namespace groupring::backend
