#include "backend/transport/socket_server.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::seconds kLogInterval{10};
constexpr int kComplaintsLogged = 20;
constexpr int kRefusalsLogged = 1;

// For what takes long: one of these at least makes no page and no report, and
// is there for what PowerDNS waits for.
constexpr size_t kThreadsForAll = 2;
constexpr size_t kThreadsForPowerDns = 1;

ConnectionLimits LimitsOfHttp(const SocketServerOptions& options) {
  return {.request_time = options.http_timeout,
          .reading_time = options.http_timeout,
          .idle_time = options.idle_time,
          .linger = true};
}

}  // namespace

SocketLoop* SocketLoopShared::LoopFor(Protocol protocol) {
  // Where there is no room, the one where most strangers may make some.
  const bool crowded =
      IsHttp(protocol) && ClassOf(protocol).IsCrowded(/*counted=*/false);
  return *std::min_element(loops.begin(), loops.end(),
                           [crowded](const SocketLoop* a, const SocketLoop* b) {
                             return crowded
                                        ? a->strangers() > b->strangers()
                                        : a->connections() < b->connections();
                           });
}

SocketServer::SocketServer(const SocketServerOptions& options,
                           HandlerFactory* handlers, const Clock* clock,
                           const LogSink& log)
    : threads_wanted_(options.threads),
      handlers_(handlers),
      router_(options.host_names),
      pages_router_(options.host_names),
      shared_{clock,
              &router_,
              &pages_router_,
              {options.max_connections,
               0,
               {.max_unsent_bytes = options.max_unsent_bytes,
                .reading_time = options.reading_time}},
              {options.max_http_connections,
               ReserveOf(options.max_http_connections), LimitsOfHttp(options)},
              {options.max_http_connections,
               ReserveOf(options.max_http_connections), LimitsOfHttp(options)},
              LogLimiter(kComplaintsLogged, kLogInterval, clock, log),
              LogLimiter(kRefusalsLogged, kLogInterval, clock, log),
              AnswerMemory(options.answer_memory),
              options.memory_for_one,
              {},
              {}} {}

SocketServer::~SocketServer() { Stop(); }

void SocketServer::Listen(ListeningSocket socket, Protocol protocol) {
  listeners_.push_back({std::move(socket), protocol});
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
  absl::Status status = Prepare();
  if (status.ok()) {
    status = shared_.workers.Start(kThreadsForAll, kThreadsForPowerDns);
  }
  size_t next = 0;
  try {
    for (size_t i = 0; status.ok() && i < loops_.size(); ++i) {
      threads_.emplace_back([loop = loops_[i].get()] { loop->Run(); });
    }
  } catch (const std::system_error& error) {
    status = ErrnoStatus(error.code().value(), "starting a thread");
  }
  if (!status.ok()) {
    Stop();
    return status;
  }
  for (OpenConnection& open : std::exchange(adopted_, {})) {
    ++shared_.ClassOf(open.protocol).open;
    loops_[next++ % loops_.size()]->Enqueue(std::move(open),
                                            SocketLoop::Arrival::kAdopted);
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

absl::Status SocketServer::WatchReopened() {
  for (const auto& loop : loops_) {
    const absl::Status status = loop->WatchListeners();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void SocketServer::Stop() {
  JoinThreads();
  shared_.workers.Stop();
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
