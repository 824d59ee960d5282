#include "backend/daemon/listeners.h"

#include <fcntl.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/pages.h"
#include "backend/node/node_pages.h"

namespace groupring::backend {
namespace {

absl::Status Named(const char* setting, const absl::Status& status) {
  return {status.code(), absl::StrFormat("[listen] %s: %s", setting,
                                         std::string(status.message()))};
}

// PowerDNS spends five times as much time on a query as groupring does. A
// single thread that is always runnable would be preempted by each PowerDNS
// thread that it wakes up: on two processors that costs 7 % of all answers.
int LoopThreads() {
  return std::max(2, static_cast<int>(std::thread::hardware_concurrency()) / 4);
}

FileDescriptor Duplicate(int fd) {
  return FileDescriptor(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

// A duplicate of the descriptor, which itself stays open.
absl::StatusOr<ListeningSocket> Adopted(const HandedListener& handed) {
  return ListeningSocket::Adopt(Duplicate(handed.fd.get()));
}

std::string Shown(const ListeningSocket& listener) {
  return listener.kind() == ListenerKind::kTcp
             ? "http://" + listener.name() + "/"
             : listener.name();
}

}  // namespace

Listeners::Listeners(Engine* engine, const Clock* clock, PageFacts page,
                     LogSink log)
    : engine_(engine),
      clock_(clock),
      page_(std::move(page)),
      log_(std::move(log)) {}

Listeners::~Listeners() { Stop(); }

absl::Status Listeners::Open(const Settings::Listen& settings,
                             std::vector<HandedListener> handed) {
  handed_ = std::move(handed);
  // First, because its error says most clearly that a daemon serves already.
  absl::Status status = OpenControl(settings);
  if (status.ok()) status = OpenServed(settings);
  if (!status.ok()) Stop();
  return status;
}

absl::StatusOr<ListeningSocket> Listeners::TakeOrOpen(
    const char* setting, const ListenerOptions& options) {
  options_[setting] = options;
  for (auto handed = handed_.begin(); handed != handed_.end(); ++handed) {
    absl::StatusOr<ListeningSocket> listener = Adopted(*handed);
    if (!listener.ok() || listener->kind() != options.kind) continue;
    // A socket of the service manager may be named after a setting and have any
    // address.
    const bool fits = listener->IsAt(options) ||
                      (!handed->ours && handed->setting == setting);
    if (!fits) continue;
    if (handed->ours) {
      const absl::Status status = listener->SetAccess(options);
      if (!status.ok()) return status;
      taken_.insert(setting);
    } else {
      foreign_.insert(setting);
    }
    handed_.erase(handed);
    log_(Severity::kInfo, "listening on " + Shown(*listener) + ", taken over");
    return listener;
  }
  absl::StatusOr<ListeningSocket> listener = ListeningSocket::Open(options);
  if (listener.ok()) log_(Severity::kInfo, "listening on " + Shown(*listener));
  return listener;
}

absl::Status Listeners::OpenServed(const Settings::Listen& settings) {
  SocketServerOptions options = HttpOptionsFor(settings);
  options.threads = LoopThreads();
  options.max_connections = static_cast<size_t>(settings.max_connections);
  auto server = std::make_unique<SocketServer>(options, engine_, clock_, log_);
  AddProbes(engine_, clock_, &server->router());
  AddProbes(engine_, clock_, &server->pages_router());
  // Where people have a listener of their own, that of PowerDNS is for it
  // alone.
  const bool apart = !settings.pages.empty();
  HttpRouter& pages = apart ? server->pages_router() : server->router();
  AddNodePages(engine_, clock_, page_, settings, &pages);
  if (apart) AddPagesElsewhere(&server->router());
  const std::pair<std::string, Protocol> wanted[] = {
      {settings.remote_unix, Protocol::kRemoteJson},
      {settings.pipe_unix, Protocol::kPipeAbi},
      {settings.http, Protocol::kHttp},
      {settings.pages, Protocol::kPages},
  };
  for (const auto& [address, protocol] : wanted) {
    if (address.empty()) continue;
    ListenerOptions listener_options;
    if (IsHttp(protocol)) listener_options.kind = ListenerKind::kTcp;
    listener_options.address = address;
    listener_options.group = settings.socket_group;
    absl::StatusOr<ListeningSocket> listener =
        TakeOrOpen(SettingOf(protocol), listener_options);
    if (!listener.ok()) return Named(SettingOf(protocol), listener.status());
    server->Listen(*std::move(listener), protocol);
  }
  const absl::Status prepared = server->Prepare();
  if (!prepared.ok()) return prepared;
  server_ = std::move(server);
  return absl::OkStatus();
}

absl::Status Listeners::OpenControl(const Settings::Listen& settings) {
  if (settings.control.empty()) return absl::OkStatus();
  ListenerOptions options;
  options.kind = ListenerKind::kUnixPackets;
  options.address = settings.control;
  options.mode = 0600;
  absl::StatusOr<ListeningSocket> listener = TakeOrOpen(kControl, options);
  // Answers do not depend on it.
  if (absl::IsNotFound(listener.status())) {
    log_(Severity::kWarning,
         std::string(Named(kControl, listener.status()).message()) +
             "; serving without it: `groupring replace` and `groupring status` "
             "do not reach this process");
    return absl::OkStatus();
  }
  if (!listener.ok()) return Named(kControl, listener.status());
  control_ = *std::move(listener);
  return absl::OkStatus();
}

absl::Status Listeners::Start(std::vector<OpenConnection> connections) {
  for (OpenConnection& open : connections) server_->Adopt(std::move(open));
  const absl::Status started = server_->Start();
  if (!started.ok()) return started;

  if (control_ && taken_.contains(kControl)) control_->TakeOver();
  for (ServedListener& served : server_->listeners()) {
    if (taken_.contains(SettingOf(served.protocol))) served.socket.TakeOver();
  }
  taken_.clear();
  for (const HandedListener& handed : std::exchange(handed_, {})) {
    absl::StatusOr<ListeningSocket> listener = Adopted(handed);
    log_(Severity::kWarning,
         absl::StrFormat("no setting asks for the socket %s that was taken "
                         "over: closed",
                         listener.ok() ? listener->name() : handed.setting));
    // Its file goes with it.
    if (handed.ours && listener.ok()) listener->TakeOver();
  }
  return absl::OkStatus();
}

std::vector<OpenConnection> Listeners::Suspend() { return server_->Suspend(); }

absl::StatusOr<bool> Listeners::RestoreFiles() {
  bool restored = false;
  absl::Status trouble;
  const auto restore = [&](const char* setting, ListeningSocket* socket) {
    const absl::Status status = Restore(setting, socket);
    restored = restored || status.ok();
    if (!status.ok()) trouble = Named(setting, status);
  };
  if (control_ && control_->FileIsLost()) restore(kControl, &*control_);
  const auto lost = [](const ServedListener& served) {
    return served.socket.FileIsLost();
  };
  std::vector<ServedListener>& served = server_->listeners();
  if (std::any_of(served.begin(), served.end(), lost)) {
    std::vector<OpenConnection> connections = server_->Suspend();
    for (ServedListener& each : served) {
      if (lost(each)) restore(SettingOf(each.protocol), &each.socket);
    }
    for (OpenConnection& open : connections) server_->Adopt(std::move(open));
    const absl::Status watched = server_->WatchReopened();
    const absl::Status started = server_->Start();
    if (!started.ok()) return started;
    if (!watched.ok()) return watched;
  }
  if (!trouble.ok()) return trouble;
  return restored;
}

absl::Status Listeners::Restore(const char* setting, ListeningSocket* socket) {
  const std::string& path = socket->name();
  if (foreign_.contains(setting)) {
    return absl::NotFoundError(absl::StrFormat(
        "%s was removed; it belongs to the service manager: restart "
        "groupring.socket",
        path));
  }
  const absl::Status status = socket->Reopen(options_.at(setting));
  if (!status.ok()) {
    return {
        status.code(),
        absl::StrFormat("%s was removed and cannot be listened on again: %s",
                        path, std::string(status.message()))};
  }
  log_(Severity::kWarning,
       absl::StrFormat("%s was removed by somebody; listening on it again",
                       path));
  return absl::OkStatus();
}

std::vector<HandedListener> Listeners::Share() const {
  std::vector<HandedListener> all;
  const auto share = [&](const char* setting, int fd) {
    all.push_back({setting, Duplicate(fd), !foreign_.contains(setting)});
  };
  if (control_) share(kControl, control_->fd());
  for (const ServedListener& served : server_->listeners()) {
    share(SettingOf(served.protocol), served.socket.fd());
  }
  return all;
}

void Listeners::LeaveFiles() {
  if (control_) control_->LeaveFile();
  for (ServedListener& served : server_->listeners()) {
    served.socket.LeaveFile();
  }
}

void Listeners::Stop() {
  server_.reset();
  control_.reset();
  handed_.clear();
}

void Listeners::Wake() { server_->Wake(); }

uint64_t Listeners::turns() const { return server_->turns(); }

}  // namespace groupring::backend
