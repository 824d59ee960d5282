#include "backend/transport/socket_server.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::seconds kLogInterval{10};
constexpr int kClosingsLogged = 20;
constexpr int kRefusalsLogged = 1;

}  // namespace

SocketServer::SocketServer(const SocketServerOptions& options,
                           HandlerFactory* handlers, const Clock* clock,
                           const LogSink& log)
    : threads_wanted_(options.threads),
      handlers_(handlers),
      shared_{options.max_connections,
              options.max_unsent_bytes,
              0,
              LogLimiter(kClosingsLogged, kLogInterval, clock, log),
              LogLimiter(kRefusalsLogged, kLogInterval, clock, log),
              {}} {}

SocketServer::~SocketServer() { Stop(); }

void SocketServer::Listen(UnixListener listener,
                          LineSession::Protocol protocol) {
  listeners_.push_back({std::move(listener), protocol});
}

void SocketServer::Adopt(OpenConnection open) {
  adopted_.push_back(std::move(open));
}

absl::Status SocketServer::Prepare() {
  while (loops_.size() < static_cast<size_t>(threads_wanted_)) {
    auto loop =
        SocketLoop::Create(&listeners_, handlers_->NewHandler(), &shared_);
    if (!loop.ok()) return loop.status();
    shared_.loops.push_back(loop->get());
    loops_.push_back(*std::move(loop));
  }
  return absl::OkStatus();
}

absl::Status SocketServer::Start() {
  if (absl::Status status = Prepare(); !status.ok()) {
    Stop();
    return status;
  }
  size_t next = 0;
  for (OpenConnection& open : std::exchange(adopted_, {})) {
    loops_[next++ % loops_.size()]->Adopt(std::move(open));
  }
  for (const auto& each : loops_) {
    try {
      threads_.emplace_back([loop = each.get()] { loop->Run(); });
    } catch (const std::system_error& error) {
      Stop();
      return ErrnoStatus(error.code().value(), "starting a thread");
    }
  }
  return absl::OkStatus();
}

std::vector<OpenConnection> SocketServer::Suspend() {
  JoinThreads();
  std::vector<OpenConnection> all = std::exchange(adopted_, {});
  for (const auto& loop : loops_) {
    for (OpenConnection& open : loop->Release()) {
      all.push_back(std::move(open));
    }
  }
  return all;
}

void SocketServer::Stop() {
  JoinThreads();
  adopted_.clear();
  shared_.loops.clear();
  loops_.clear();
  listeners_.clear();
}

void SocketServer::JoinThreads() {
  for (const auto& loop : loops_) loop->Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SocketServer::Wake() {
  for (const auto& loop : loops_) loop->Wake();
}

uint64_t SocketServer::turns() const {
  uint64_t least = UINT64_MAX;
  for (const auto& loop : loops_) least = std::min(least, loop->turns());
  return loops_.empty() ? 0 : least;
}

}  // namespace groupring::backend
