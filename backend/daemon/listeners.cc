#include "backend/daemon/listeners.h"

#include <fcntl.h>

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/pages.h"
#include "backend/transport/tcp_listener.h"
#include "backend/transport/unix_listener.h"

namespace groupring::backend {
namespace {

using Protocol = LineSession::Protocol;

absl::Status Named(const char* setting, const absl::Status& status) {
  return {status.code(), absl::StrFormat("[listen] %s: %s", setting,
                                         std::string(status.message()))};
}

// PowerDNS spends five times as much on a query as we do. A single thread, ever
// runnable, would be preempted by each PowerDNS thread that it wakes up: on two
// processors that costs 7 % of all answers.
int LoopThreads() {
  return std::max(2, static_cast<int>(std::thread::hardware_concurrency()) / 4);
}

const char* SettingOf(Protocol protocol) {
  return protocol == Protocol::kPipeAbi ? kPipeUnix : kRemoteUnix;
}

FileDescriptor Duplicate(int fd) {
  return FileDescriptor(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

// Tries whether a socket that was handed over is such a one; it stays open.
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
  // First: it says most clearly that another one serves already.
  absl::Status status = OpenControl(settings);
  if (status.ok()) status = OpenSockets(settings);
  if (status.ok()) status = OpenHttp(settings);
  if (!status.ok()) Stop();
  return status;
}

absl::StatusOr<UnixListener> Listeners::TakeOrOpen(
    const char* setting, const UnixListenerOptions& options) {
  for (auto handed = handed_.begin(); handed != handed_.end(); ++handed) {
    absl::StatusOr<UnixListener> listener = AsUnix(*handed, options.type);
    if (!listener.ok()) continue;
    // The service manager's socket may be named for a setting and be anywhere.
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

absl::Status Listeners::OpenSockets(const Settings::Listen& settings) {
  struct Wanted {
    const char* setting;
    std::string path;
    Protocol protocol;
  };
  const Wanted wanted[] = {
      {kRemoteUnix, settings.remote_unix, Protocol::kRemoteJson},
      {kPipeUnix, settings.pipe_unix, Protocol::kPipeAbi},
  };
  SocketServerOptions options;
  options.threads = LoopThreads();
  options.max_connections = static_cast<size_t>(settings.max_connections);
  auto server = std::make_unique<SocketServer>(options, engine_, clock_, log_);
  bool any = false;
  for (const Wanted& socket : wanted) {
    if (socket.path.empty()) continue;
    UnixListenerOptions listener_options;
    listener_options.path = socket.path;
    listener_options.group = settings.socket_group;
    absl::StatusOr<UnixListener> listener =
        TakeOrOpen(socket.setting, listener_options);
    if (!listener.ok()) return Named(socket.setting, listener.status());
    server->Listen(*std::move(listener), socket.protocol);
    any = true;
  }
  if (!any) return absl::OkStatus();
  const absl::Status prepared = server->Prepare();
  if (!prepared.ok()) return prepared;
  sockets_ = std::move(server);
  return absl::OkStatus();
}

absl::Status Listeners::OpenHttp(const Settings::Listen& settings) {
  if (settings.http.empty()) return absl::OkStatus();
  absl::StatusOr<TcpListener> listener = TakeOrOpen(settings.http);
  if (!listener.ok()) return Named(kHttp, listener.status());
  HttpServerOptions options;
  options.threads = LoopThreads();
  options.max_connections = static_cast<size_t>(settings.max_http_connections);
  options.host_names = settings.http_hosts;
  http_ = std::make_unique<HttpServer>(options, engine_, clock_, log_);
  AddPages(engine_, clock_, http_.get());
  http_->Listen(*std::move(listener));
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

absl::Status Listeners::Start(std::vector<HandedConnection> connections) {
  for (HandedConnection& open : connections) {
    if (open.setting == kHttp && http_) {
      http_->Adopt({std::move(open.fd), std::move(open.unread)});
    } else if (open.setting != kHttp && sockets_) {
      sockets_->Adopt({std::move(open.fd),
                       open.setting == kPipeUnix ? Protocol::kPipeAbi
                                                 : Protocol::kRemoteJson,
                       {std::move(open.unread), open.pipe_abi_version},
                       std::move(open.unsent),
                       open.ending});
    }
  }
  if (sockets_) {
    const absl::Status started = sockets_->Start();
    if (!started.ok()) return started;
  }
  if (http_) {
    const absl::Status started = http_->Start();
    if (!started.ok()) return started;
  }

  if (control_ && taken_.contains(kControl)) control_->TakeOver();
  if (sockets_) {
    for (ServedListener& served : sockets_->listeners()) {
      if (taken_.contains(SettingOf(served.protocol))) {
        served.listener.TakeOver();
      }
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

std::vector<HandedConnection> Listeners::Suspend() {
  std::vector<HandedConnection> all;
  // First: it may take a moment, in which the others go on.
  if (http_) {
    for (OpenHttpConnection& open : http_->Suspend()) {
      HandedConnection connection;
      connection.setting = kHttp;
      connection.fd = std::move(open.fd);
      connection.unread = std::move(open.unread);
      all.push_back(std::move(connection));
    }
  }
  if (sockets_) {
    for (OpenConnection& open : sockets_->Suspend()) {
      all.push_back({SettingOf(open.protocol), std::move(open.fd),
                     std::move(open.session.unread), std::move(open.unsent),
                     open.session.pipe_abi_version, open.ending});
    }
  }
  return all;
}

std::vector<HandedListener> Listeners::Share() const {
  std::vector<HandedListener> all;
  const auto share = [&](const char* setting, int fd) {
    all.push_back({setting, Duplicate(fd), !foreign_.contains(setting)});
  };
  if (control_) share(kControl, control_->fd());
  if (sockets_) {
    for (const ServedListener& served : sockets_->listeners()) {
      share(SettingOf(served.protocol), served.listener.fd());
    }
  }
  if (http_) {
    for (const TcpListener& listener : http_->listeners()) {
      share(kHttp, listener.fd());
    }
  }
  return all;
}

void Listeners::LeaveFiles() {
  if (control_) control_->LeaveFile();
  if (!sockets_) return;
  for (ServedListener& served : sockets_->listeners()) {
    served.listener.LeaveFile();
  }
}

void Listeners::Stop() {
  http_.reset();
  sockets_.reset();
  control_.reset();
  handed_.clear();
}

void Listeners::Wake() {
  if (http_) http_->Wake();
  if (sockets_) sockets_->Wake();
}

uint64_t Listeners::turns() const {
  uint64_t least = std::numeric_limits<uint64_t>::max();
  if (http_) least = std::min(least, http_->turns());
  if (sockets_) least = std::min(least, sockets_->turns());
  return least;
}

}  // namespace groupring::backend
