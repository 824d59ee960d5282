#include "backend/daemon/daemon.h"

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "backend/daemon/process_limits.h"
#include "backend/daemon/service.h"
#include "backend/daemon/service_manager.h"
#include "backend/daemon/signals.h"
#include "backend/daemon/successor_process.h"
#include "backend/handover/handover_receiver.h"
#include "backend/node/node.h"
#include "redis/base/clock.h"

namespace groupring::backend {
namespace {

// The daemon to replace; nothing if none serves here. An error: it cannot be
// asked.
absl::StatusOr<std::optional<HandoverReceiver>> FindPredecessor(
    const std::string& control, const LogSink& log) {
  if (control.empty()) {
    return absl::InvalidArgumentError(
        "[listen] control is \"\": there is no way to the running process");
  }
  absl::StatusOr<FdChannel> channel = FdChannel::Connect(control);
  if (channel.ok()) return HandoverReceiver(*std::move(channel));
  if (!absl::IsNotFound(channel.status()) &&
      !absl::IsUnavailable(channel.status())) {
    return channel.status();
  }
  log(Severity::kInfo, "nobody serves here: there is nothing to replace");
  return std::nullopt;
}

// Only one process at a time can listen there.
std::string PlaceOf(const Settings& settings) {
  const Settings::Listen& listen = settings.listen;
  std::vector<std::string> places;
  for (const std::string& place :
       {listen.remote_unix, listen.pipe_unix, listen.http, listen.pages}) {
    if (!place.empty()) places.push_back(place);
  }
  return absl::StrJoin(places, " ");
}

}  // namespace

absl::Status RunDaemon(const DaemonOptions& options) {
  // First, because the file may be renamed at any time.
  const std::string program = OwnProgram();
  std::optional<HandoverReceiver> receiver;
  if (std::optional<FdChannel> channel = ChannelToPredecessor()) {
    receiver.emplace(*std::move(channel));
  }
  const auto fail = [&receiver](absl::Status status) {
    if (receiver) receiver->Fail(std::string(status.message()));
    return status;
  };
  const absl::StatusOr<Settings> settings = options.load_settings();
  if (!settings.ok()) return fail(settings.status());

  SignalTaker signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
  RaiseDescriptorLimit();
  BoundMemoryPools();
  const LogSink log = options.open_log(settings->log.level);
  const SystemClock clock;
  ServiceManager manager(log);
  ServiceManager::Passed passed = manager.TakePassed();
  if (!receiver && options.replace) {
    auto found = FindPredecessor(settings->listen.control, log);
    if (!found.ok()) return fail(found.status());
    receiver = *std::move(found);
  }
  absl::StatusOr<std::unique_ptr<Node>> node = Node::Create(
      *settings, {redis::NodeKind::kDaemon, PlaceOf(*settings)}, &clock, log);
  if (!node.ok()) return fail(node.status());

  Service service(&options, program, *std::move(node), &manager, &clock, log);
  absl::Status status = receiver ? service.StartInPlaceOf(&*receiver)
                                 : service.Start(std::move(passed));
  if (!status.ok()) return fail(std::move(status));
  receiver.reset();
  service.Run(&signals);
  return absl::OkStatus();
}

}  // namespace groupring::backend
