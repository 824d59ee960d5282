#include "backend/transport/http_server.h"

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/transport/http_connection.h"
#include "backend/transport/http_socket.h"
#include "redis/base/errno_status.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::seconds kLogInterval{10};
constexpr int kComplaintsLogged = 20;
constexpr int kRefusalsLogged = 1;

// PowerDNS sends a request at once, so that whoever takes longer is not
// PowerDNS; and everybody else waits meanwhile.
constexpr std::chrono::milliseconds kSuspendTime{200};

// So many threads leave something behind that is worth looking for.
constexpr size_t kManyOpen = 64;

// For a peer that gets no thread of its own: sent if it goes without waiting.
void SendUnavailable(int fd) {
  const HttpResponse error = HttpError(503, "too many connections");
  const std::string message = absl::StrFormat(
      "HTTP/1.1 503 Service Unavailable\r\n"
      "Content-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
      error.content_type, error.body.size(), error.body);
  [[maybe_unused]] const ssize_t size =
      send(fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  shutdown(fd, SHUT_WR);
}

}  // namespace

HttpServer::HttpServer(const HttpServerOptions& options,
                       HandlerFactory* handlers, const Clock* clock,
                       LogSink log)
    : options_(options),
      handlers_(handlers),
      clock_(clock),
      router_(options.host_names),
      complaints_(kComplaintsLogged, kLogInterval, clock, log),
      refusals_(kRefusalsLogged, kLogInterval, clock, log),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  suspension_.event.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

HttpServer::~HttpServer() { Stop(); }

void HttpServer::AddRoute(std::string path, HttpRoute route) {
  router_.Add(std::move(path), std::move(route));
}

void HttpServer::Listen(TcpListener listener) {
  listeners_.push_back(std::move(listener));
}

void HttpServer::Adopt(OpenHttpConnection open) {
  adopted_.push_back(std::move(open));
}

absl::Status HttpServer::Start() {
  if (!wake_.valid() || !suspension_.event.valid()) {
    return absl::ResourceExhaustedError("no eventfd to be had");
  }
  if (absl::Status status = StartFronts(); !status.ok()) return status;
  for (OpenHttpConnection& open : std::exchange(adopted_, {})) {
    ++connections_;
    const std::string endpoint =
        listeners_.empty() ? "http" : listeners_.front().endpoint();
    if (open.unread.empty()) {
      Give({std::move(open.fd), endpoint});
    } else {
      Open({std::move(open.fd), endpoint, std::move(open.unread), {}});
    }
  }
  try {
    accept_thread_ = std::thread([this] { AcceptLoop(); });
  } catch (const std::system_error& error) {
    return ErrnoStatus(error.code().value(), "starting a thread");
  }
  return absl::OkStatus();
}

absl::Status HttpServer::StartFronts() {
  while (fronts_.size() < static_cast<size_t>(options_.threads)) {
    fronts_.push_back(std::make_unique<HttpFront>(
        &router_, handlers_->NewHandler(), &connections_,
        [this](HttpFront::Leaving leaving) { Open(std::move(leaving)); },
        [this](const std::string& endpoint, const std::string& complaint) {
          Complain(endpoint, complaint);
        }));
    if (!fronts_.back()->valid()) return ErrnoStatus(errno, "epoll");
  }
  try {
    for (const auto& each : fronts_) {
      front_threads_.emplace_back([front = each.get()] { front->Run(); });
    }
  } catch (const std::system_error& error) {
    return ErrnoStatus(error.code().value(), "starting a thread");
  }
  return absl::OkStatus();
}

void HttpServer::StopFronts() {
  for (const auto& front : fronts_) front->Stop();
  for (std::thread& thread : front_threads_) thread.join();
  front_threads_.clear();
}

void HttpServer::StopAccepting() {
  if (!accept_thread_.joinable()) return;
  stopping_ = true;
  WakeAccepting();
  accept_thread_.join();
  stopping_ = false;
}

std::vector<OpenHttpConnection> HttpServer::Suspend() {
  StopAccepting();
  StopFronts();
  suspension_.asked = true;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t asked =
      write(suspension_.event.get(), &one, sizeof(one));

  const auto deadline = clock_->Steady() + kSuspendTime;
  const auto busy = [](const Connection& c) { return !c.ended; };
  while (std::any_of(open_.begin(), open_.end(), busy)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        deadline - clock_->Steady());
    if (left.count() <= 0) break;
    pollfd waited{wake_.get(), POLLIN, 0};
    poll(&waited, 1, static_cast<int>(left.count()));
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t size =
        read(wake_.get(), &count, sizeof(count));
  }

  std::vector<OpenHttpConnection> all = std::exchange(adopted_, {});
  for (const auto& front : fronts_) {
    for (HttpFront::Resting& resting : front->Release()) {
      all.push_back({std::move(resting.fd), {}});
    }
  }
  for (Connection& connection : open_) {
    HttpFront::Leaving& taken = connection.taken;
    if (!connection.ended) shutdown(taken.fd.get(), SHUT_RDWR);
    connection.thread.join();
    if (!connection.suspended) continue;
    all.push_back({std::move(taken.fd), std::move(taken.unread)});
  }
  open_.clear();
  suspension_.asked = false;
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t size =
      read(suspension_.event.get(), &count, sizeof(count));
  return all;
}

void HttpServer::Stop() {
  StopAccepting();
  StopFronts();
  adopted_.clear();
  listeners_.clear();
  for (const auto& front : fronts_) front->Release();
  fronts_.clear();
  for (const Connection& connection : open_) {
    shutdown(connection.taken.fd.get(), SHUT_RDWR);
  }
  for (Connection& connection : open_) connection.thread.join();
  open_.clear();
}

void HttpServer::Wake() {
  WakeAccepting();
  for (const auto& front : fronts_) front->Wake();
}

void HttpServer::WakeAccepting() {
  const uint64_t one = 1;
  // Can only fail when the counter is full, that is, when it woke up already.
  [[maybe_unused]] const ssize_t size = write(wake_.get(), &one, sizeof(one));
}

uint64_t HttpServer::turns() const {
  uint64_t least = turns_;
  for (const auto& front : fronts_) least = std::min(least, front->turns());
  return least;
}

void HttpServer::AcceptLoop() {
  std::vector<pollfd> waited = {{wake_.get(), POLLIN, 0}};
  for (const TcpListener& listener : listeners_) {
    waited.push_back({listener.fd(), POLLIN, 0});
  }
  while (!stopping_) {
    ++turns_;
    if (poll(waited.data(), waited.size(), -1) <= 0) continue;
    if (waited[0].revents != 0) Reap();
    for (size_t i = 1; i < waited.size(); ++i) {
      if (waited[i].revents != 0) Accept(listeners_[i - 1]);
    }
  }
}

// Frees what is left of connections that have ended.
void HttpServer::Reap() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t size =
      read(wake_.get(), &count, sizeof(count));
  const std::lock_guard lock(mutex_);
  open_.remove_if([](Connection& connection) {
    if (!connection.ended) return false;
    connection.thread.join();
    return true;
  });
  // The allocator keeps what so many threads used, some of it for good.
  if (most_open_ >= kManyOpen && open_.size() <= most_open_ / 4) {
    malloc_trim(0);
    most_open_ = open_.size();
  }
}

void HttpServer::Refuse(const std::string& endpoint,
                        const std::string& reason) {
  refusals_.Log(
      Severity::kWarning,
      absl::StrFormat("%s: connection refused: %s", endpoint, reason));
}

void HttpServer::Complain(const std::string& endpoint,
                          const std::string& complaint) {
  complaints_.Log(Severity::kWarning,
                  absl::StrFormat("%s: %s", endpoint, complaint));
}

void HttpServer::Accept(const TcpListener& listener) {
  FileDescriptor fd;
  const Acceptor::Outcome outcome = acceptor_.Accept(listener.fd(), &fd);
  if (outcome == Acceptor::Outcome::kNobody) return;
  if (outcome == Acceptor::Outcome::kNoDescriptors) {
    Refuse(listener.endpoint(), "out of file descriptors");
    return;
  }
  if (connections_ >= options_.max_connections) {
    Refuse(listener.endpoint(),
           absl::StrFormat("%d are open, as many as allowed",
                           options_.max_connections));
    SendUnavailable(fd.get());
    return;
  }
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ++connections_;
  Give({std::move(fd), listener.endpoint()});
}

// To whoever has the fewest.
void HttpServer::Give(HttpFront::Resting connection) {
  const auto front = std::min_element(
      fronts_.begin(), fronts_.end(), [](const auto& a, const auto& b) {
        return a->connections() < b->connections();
      });
  (*front)->Give(std::move(connection));
}

// Gives it a thread of its own, or turns it away for want of one.
void HttpServer::Open(HttpFront::Leaving leaving) {
  const std::lock_guard lock(mutex_);
  Connection& connection = open_.emplace_back();
  most_open_ = std::max(most_open_, open_.size());
  connection.taken = std::move(leaving);
  try {
    connection.thread =
        std::thread([this, &connection] { Serve(&connection); });
  } catch (const std::system_error&) {
    Refuse(connection.taken.endpoint, "no more threads");
    SendUnavailable(connection.taken.fd.get());
    open_.pop_back();
    --connections_;
  }
}

void HttpServer::Serve(Connection* connection) {
  HttpFront::Leaving& taken = connection->taken;
  {
    const std::unique_ptr<Handler> handler = handlers_->NewHandler();
    HttpSocket socket(taken.fd.get(), taken.unread, &suspension_,
                      options_.timeout, clock_);
    socket.Write(taken.unsent);
    connection->suspended = ServeHttpConnection(
        &socket, router_, handler.get(), [&](const std::string& complaint) {
          Complain(taken.endpoint, complaint);
        });
    taken.unread = socket.TakeUnread();
  }
  // Closed by whoever joins this thread: until then Stop may shut it down.
  --connections_;
  if (!connection->suspended) shutdown(taken.fd.get(), SHUT_RDWR);
  connection->ended = true;
  WakeAccepting();
}

}  // namespace groupring::backend
