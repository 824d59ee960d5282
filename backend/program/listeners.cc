#include "backend/program/listeners.h"

#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/api/pages.h"
#include "backend/transport/tcp_listener.h"
#include "backend/transport/unix_listener.h"

namespace groupring::backend {
namespace {

absl::Status Named(const char* setting, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrFormat("[listen] %s: %s", setting,
                                      std::string(status.message())));
}

}  // namespace

Listeners::Listeners(Engine* engine, const Clock* clock, LogSink log)
    : engine_(engine), clock_(clock), log_(std::move(log)) {}

absl::Status Listeners::Start(const Settings::Listen& settings) {
  absl::Status status = OpenSockets(settings);
  if (status.ok()) status = OpenHttp(settings);
  if (!status.ok()) Stop();
  return status;
}

void Listeners::Stop() {
  http_.reset();
  sockets_.reset();
}

absl::Status Listeners::OpenSockets(const Settings::Listen& settings) {
  struct Wanted {
    const char* setting;
    std::string path;
    LineSession::Protocol protocol;
  };
  const Wanted wanted[] = {
      {"remote_unix", settings.remote_unix, LineSession::Protocol::kRemoteJson},
      {"pipe_unix", settings.pipe_unix, LineSession::Protocol::kPipeAbi},
  };
  SocketServerOptions options;
  options.max_connections = static_cast<size_t>(settings.max_connections);
  auto server = std::make_unique<SocketServer>(options, engine_, clock_, log_);
  bool any = false;
  for (const Wanted& socket : wanted) {
    if (socket.path.empty()) continue;
    UnixListenerOptions listener_options;
    listener_options.path = socket.path;
    listener_options.group = settings.socket_group;
    absl::StatusOr<UnixListener> listener =
        UnixListener::Open(listener_options);
    if (!listener.ok()) return Named(socket.setting, listener.status());
    server->Listen(*std::move(listener), socket.protocol);
    log_(Severity::kInfo, "listening on " + socket.path);
    any = true;
  }
  if (!any) return absl::OkStatus();
  const absl::Status started = server->Start();
  if (!started.ok()) return started;
  sockets_ = std::move(server);
  return absl::OkStatus();
}

absl::Status Listeners::OpenHttp(const Settings::Listen& settings) {
  if (settings.http.empty()) return absl::OkStatus();
  absl::StatusOr<TcpListener> listener = TcpListener::Open(settings.http);
  if (!listener.ok()) return Named("http", listener.status());
  log_(Severity::kInfo, "listening on http://" + listener->endpoint() + "/");

  HttpServerOptions options;
  options.max_connections = static_cast<size_t>(settings.max_http_connections);
  auto server = std::make_unique<HttpServer>(options, engine_, clock_, log_);
  AddPages(engine_, clock_, server.get());
  server->Listen(*std::move(listener));
  const absl::Status started = server->Start();
  if (!started.ok()) return started;
  http_ = std::move(server);
  return absl::OkStatus();
}

}  // namespace groupring::backend
