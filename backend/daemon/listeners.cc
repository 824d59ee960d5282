#include "backend/daemon/listeners.h"

#include <fcntl.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/pages.h"
#include "backend/transport/tcp_listener.h"
#include "backend/transport/unix_listener.h"

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

// A duplicate of the descriptor as a unix socket of that type; an error if it
// is not one. The descriptor itself stays open.
absl::StatusOr<UnixListener> AsUnix(const HandedListener& handed, int type) {
  return UnixListener::Adopt(Duplicate(handed.fd.get()), type);
}

std::string Described(const HandedListener& handed) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    const auto unix_socket = AsUnix(handed, type);
    if (unix_socket.ok()) return unix_socket->path();
  }
  const auto tcp = TcpListener::Adopt(Duplicate(handed.fd.get()));
  return tcp.ok() ? tcp->endpoint() : handed.setting;
}

}  // namespace

Listeners::Listeners(Engine* engine, const Clock* clock, LogSink log)
    : engine_(engine), clock_(clock), log_(std::move(log)) {}

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

absl::StatusOr<UnixListener> Listeners::TakeOrOpen(
    const char* setting, const UnixListenerOptions& options) {
  for (auto handed = handed_.begin(); handed != handed_.end(); ++handed) {
    absl::StatusOr<UnixListener> listener = AsUnix(*handed, options.type);
    if (!listener.ok()) continue;
    // A socket of the service manager may be named after a setting and have any
    // address.
    const bool fits = listener->path() == options.path ||
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
    log_(Severity::kInfo, "listening on " + listener->path() + ", taken over");
    return listener;
  }
  absl::StatusOr<UnixListener> listener = UnixListener::Open(options);
  if (listener.ok()) log_(Severity::kInfo, "listening on " + options.path);
  return listener;
}

absl::StatusOr<TcpListener> Listeners::TakeOrOpen(const std::string& endpoint) {
  for (auto handed = handed_.begin(); handed != handed_.end(); ++handed) {
    absl::StatusOr<TcpListener> listener =
        TcpListener::Adopt(Duplicate(handed->fd.get()));
    if (!listener.ok()) continue;
    if (!listener->IsAt(endpoint) &&
        (handed->ours || handed->setting != kHttp)) {
      continue;
    }
    if (!handed->ours) foreign_.insert(kHttp);
    handed_.erase(handed);
    log_(Severity::kInfo,
         "listening on http://" + listener->endpoint() + "/, taken over");
    return listener;
  }
  absl::StatusOr<TcpListener> listener = TcpListener::Open(endpoint);
  if (listener.ok()) {
    log_(Severity::kInfo, "listening on http://" + listener->endpoint() + "/");
  }
  return listener;
}

absl::Status Listeners::OpenServed(const Settings::Listen& settings) {
  SocketServerOptions options;
  options.threads = LoopThreads();
  options.max_connections = static_cast<size_t>(settings.max_connections);
  options.max_http_connections =
      static_cast<size_t>(settings.max_http_connections);
  options.host_names = settings.http_hosts;
  auto server = std::make_unique<SocketServer>(options, engine_, clock_, log_);
  AddPages(engine_, clock_, &server->router());
  const std::pair<std::string, Protocol> paths[] = {
      {settings.remote_unix, Protocol::kRemoteJson},
      {settings.pipe_unix, Protocol::kPipeAbi},
  };
  for (const auto& [path, protocol] : paths) {
    if (path.empty()) continue;
    UnixListenerOptions listener_options;
    listener_options.path = path;
    listener_options.group = settings.socket_group;
    absl::StatusOr<UnixListener> listener =
        TakeOrOpen(SettingOf(protocol), listener_options);
    if (!listener.ok()) return Named(SettingOf(protocol), listener.status());
    server->Listen(*std::move(listener), protocol);
  }
  if (!settings.http.empty()) {
    absl::StatusOr<TcpListener> listener = TakeOrOpen(settings.http);
    if (!listener.ok()) return Named(kHttp, listener.status());
    server->Listen(*std::move(listener), Protocol::kHttp);
  }
  const absl::Status prepared = server->Prepare();
  if (!prepared.ok()) return prepared;
  server_ = std::move(server);
  return absl::OkStatus();
}

absl::Status Listeners::OpenControl(const Settings::Listen& settings) {
  if (settings.control.empty()) return absl::OkStatus();
  UnixListenerOptions options;
  options.path = settings.control;
  options.mode = 0600;
  options.type = SOCK_SEQPACKET;
  absl::StatusOr<UnixListener> listener = TakeOrOpen(kControl, options);
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
    auto* const path = std::get_if<UnixListener>(&served.socket);
    if (path != nullptr && taken_.contains(SettingOf(served.protocol))) {
      path->TakeOver();
    }
  }
  taken_.clear();
  for (const HandedListener& handed : std::exchange(handed_, {})) {
    log_(Severity::kWarning,
         absl::StrFormat("no setting asks for the socket %s that was taken "
                         "over: closed",
                         Described(handed)));
    if (!handed.ours) continue;
    for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
      absl::StatusOr<UnixListener> listener = AsUnix(handed, type);
      if (listener.ok()) listener->TakeOver();
    }
  }
  return absl::OkStatus();
}

std::vector<OpenConnection> Listeners::Suspend() { return server_->Suspend(); }

std::vector<HandedListener> Listeners::Share() const {
  std::vector<HandedListener> all;
  const auto share = [&](const char* setting, int fd) {
    all.push_back({setting, Duplicate(fd), !foreign_.contains(setting)});
  };
  if (control_) share(kControl, control_->fd());
  for (const ServedListener& served : server_->listeners()) {
    share(SettingOf(served.protocol), served.fd());
  }
  return all;
}

void Listeners::LeaveFiles() {
  if (control_) control_->LeaveFile();
  for (ServedListener& served : server_->listeners()) {
    auto* const path = std::get_if<UnixListener>(&served.socket);
    if (path != nullptr) path->LeaveFile();
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
