#include "backend/transport/socket_server.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "backend/transport/errno_status.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::seconds kLogInterval{10};
constexpr int kClosingsLogged = 20;
constexpr int kRefusalsLogged = 1;

}  // namespace

SocketServer::SocketServer(const SocketServerOptions& options,
                           HandlerFactory* handlers, const Clock* clock,
                           LogSink log)
    : threads_wanted_(options.threads),
      handlers_(handlers),
      shared_{options.max_connections, options.max_unsent_bytes, 0,
              LogLimiter(kClosingsLogged, kLogInterval, clock, log),
              LogLimiter(kRefusalsLogged, kLogInterval, clock, log)} {}

SocketServer::~SocketServer() { Stop(); }

void SocketServer::Listen(UnixListener listener,
                          LineSession::Protocol protocol) {
  listeners_.push_back({std::move(listener), protocol});
}

absl::Status SocketServer::Start() {
  for (int i = 0; i < threads_wanted_; ++i) {
    auto loop =
        SocketLoop::Create(&listeners_, handlers_->NewHandler(), &shared_);
    if (!loop.ok()) {
      Stop();
      return loop.status();
    }
    loops_.push_back(*std::move(loop));
    try {
      threads_.emplace_back([loop = loops_.back().get()] { loop->Run(); });
    } catch (const std::system_error& error) {
      Stop();
      return ErrnoStatus(error.code().value(), "starting a thread");
    }
  }
  return absl::OkStatus();
}

void SocketServer::Stop() {
  for (const auto& loop : loops_) loop->Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  loops_.clear();
  listeners_.clear();
}

}  // namespace groupring::backend
