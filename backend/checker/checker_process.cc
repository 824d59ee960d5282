#include "backend/checker/checker_process.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/checker/checker.h"
#include "backend/checker/checker_pages.h"
#include "backend/checker/options.h"
#include "backend/daemon/process_limits.h"
#include "backend/daemon/service_manager.h"
#include "backend/daemon/signals.h"
#include "backend/node/options.h"
#include "redis/base/clock.h"
#include "redis/base/redis_clock.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;

// How often the service manager and the page are told something new.
constexpr milliseconds kShowInterval{1000};

class Process {
 public:
  Process(const CheckerProcessOptions* options, Settings settings,
          const Clock* clock, LogSink log)
      : options_(options),
        settings_(std::move(settings)),
        clock_(clock),
        redis_clock_(clock),
        log_(std::move(log)),
        manager_(log_),
        pages_(clock, log_) {}

  absl::Status Start() {
    // Descriptors of another unit are of no use.
    manager_.TakePassed();
    ASSIGN_OR_RETURN(CheckerOptions options, CheckerOptionsFor(settings_));
    const std::string& http = settings_.checker.http;
    if (!http.empty()) {
      const absl::Status opened =
          pages_.Open(http, settings_.listen.http_hosts);
      if (!opened.ok()) {
        return {opened.code(), absl::StrFormat("[checker] http: %s",
                                               std::string(opened.message()))};
      }
    }
    log_(Severity::kInfo,
         absl::StrFormat("groupring %s checks as %s; Redis at %s", kVersion,
                         options.id, options.store.location.Display()));
    Begin(std::move(options), {});
    Show();
    manager_.Ready();
    return absl::OkStatus();
  }

  void Run(SignalTaker* signals) {
    auto next_show = clock_->Steady();
    const milliseconds interval = ShowInterval();
    while (TakeSignals(signals)) {
      checker_->Turn(signals->fd(), next_show);
      if (clock_->Steady() < next_show) continue;
      next_show = clock_->Steady() + interval;
      Show();
      if (manager_.watchdog_interval()) manager_.Alive();
    }
    manager_.Stopping();
    checker_->Stop();
  }

 private:
  milliseconds ShowInterval() const {
    const auto watchdog = manager_.watchdog_interval();
    if (!watchdog) return kShowInterval;
    return std::clamp(std::chrono::duration_cast<milliseconds>(*watchdog) / 4,
                      milliseconds(1), kShowInterval);
  }

  void Begin(CheckerOptions options, CheckerState state) {
    id_ = options.id;
    checker_ = std::make_unique<Checker>(std::move(options), std::move(state),
                                         clock_, &redis_clock_, log_);
    checker_->Start();
  }

  // Whether it goes on.
  bool TakeSignals(SignalTaker* signals) {
    while (const std::optional<int> signal = signals->Take()) {
      if (*signal == SIGHUP) {
        Reload();
        continue;
      }
      log_(Severity::kInfo,
           absl::StrFormat("ending on %s",
                           *signal == SIGTERM ? "SIGTERM" : "SIGINT"));
      return false;
    }
    return true;
  }

  // A checker with the new settings goes on with what the one before knew.
  void Reload() {
    manager_.Reloading();
    const absl::Status taken = TakeSettings();
    if (!taken.ok()) {
      log_(Severity::kError, "settings not taken over, going on as before: " +
                                 std::string(taken.message()));
    }
    manager_.Ready();
  }

  absl::Status TakeSettings() {
    ASSIGN_OR_RETURN(Settings settings, options_->load_settings());
    ASSIGN_OR_RETURN(CheckerOptions options, CheckerOptionsFor(settings));
    if (settings.checker.http != settings_.checker.http ||
        settings.log != settings_.log) {
      log_(Severity::kWarning,
           "changes of [checker] http and of [log] take effect at the next "
           "start");
    }
    CheckerState state = checker_->Stop();
    // As another checker it has said nothing yet.
    if (options.id != id_) state = {};
    settings_ = std::move(settings);
    Begin(std::move(options), std::move(state));
    log_(Severity::kInfo, "settings read again");
    return absl::OkStatus();
  }

  void Show() {
    CheckerFacts facts = checker_->Facts();
    if (manager_.present()) {
      const std::vector<std::string> reasons = NotReady(facts);
      std::string status =
          reasons.empty() ? ReadyText(facts) : absl::StrJoin(reasons, "; ");
      if (!status.empty() && status.back() == '\n') status.pop_back();
      manager_.Status(status);
    }
    pages_.Show(std::move(facts));
  }

  const CheckerProcessOptions* const options_;
  Settings settings_;
  const Clock* const clock_;
  RedisClock redis_clock_;
  const LogSink log_;
  ServiceManager manager_;
  CheckerPages pages_;
  std::string id_;
  std::unique_ptr<Checker> checker_;
};

}  // namespace

absl::Status RunChecker(const CheckerProcessOptions& options) {
  ASSIGN_OR_RETURN(Settings settings, options.load_settings());
  SignalTaker signals({SIGTERM, SIGINT, SIGHUP});
  RaiseDescriptorLimit();
  BoundMemoryPools();
  const LogSink log = options.open_log(settings.log.level);
  const SystemClock clock;
  Process process(&options, std::move(settings), &clock, log);
  RETURN_IF_ERROR(process.Start());
  process.Run(&signals);
  return absl::OkStatus();
}

}  // namespace groupring::backend
