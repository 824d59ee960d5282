// What `serve` listens on.
#ifndef GROUPRING_BACKEND_PROGRAM_LISTENERS_H_
#define GROUPRING_BACKEND_PROGRAM_LISTENERS_H_

#include <memory>

#include "absl/status/status.h"
#include "backend/engine/engine.h"
#include "backend/settings/settings.h"
#include "backend/transport/http_server.h"
#include "backend/transport/socket_server.h"
#include "redis/base/clock.h"
#include "redis/base/log.h"

namespace groupring::backend {

class Listeners {
 public:
  // All outlive the listeners.
  Listeners(Engine* engine, const Clock* clock, LogSink log);

  // Opens what the settings ask for and serves. When one cannot be opened
  // none is left open, and the error names its setting.
  absl::Status Start(const Settings::Listen& settings);

  // Closes all connections and sockets.
  void Stop();

 private:
  absl::Status OpenSockets(const Settings::Listen& settings);
  absl::Status OpenHttp(const Settings::Listen& settings);

  Engine* const engine_;
  const Clock* const clock_;
  const LogSink log_;
  std::unique_ptr<SocketServer> sockets_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_LISTENERS_H_
