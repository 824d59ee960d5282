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
#include "backend/transport/errno_status.h"
#include "backend/transport/http_connection.h"
#include "backend/transport/http_socket.h"

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
  for (OpenHttpConnection& open : std::exchange(adopted_, {})) {
    Open(std::move(open.fd), std::move(open.unread),
         listeners_.empty() ? "http" : listeners_.front().endpoint());
  }
  try {
    accept_thread_ = std::thread([this] { AcceptLoop(); });
  } catch (const std::system_error& error) {
    return ErrnoStatus(error.code().value(), "starting a thread");
  }
  return absl::OkStatus();
}

void HttpServer::StopAccepting() {
  if (!accept_thread_.joinable()) return;
  stopping_ = true;
  Wake();
  accept_thread_.join();
  stopping_ = false;
}

std::vector<OpenHttpConnection> HttpServer::Suspend() {
  StopAccepting();
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
  for (Connection& connection : open_) {
    if (!connection.ended) shutdown(connection.fd.get(), SHUT_RDWR);
    connection.thread.join();
    if (!connection.suspended) continue;
    all.push_back({std::move(connection.fd), std::move(connection.unread)});
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
  adopted_.clear();
  listeners_.clear();
  for (const Connection& connection : open_) {
    shutdown(connection.fd.get(), SHUT_RDWR);
  }
  for (Connection& connection : open_) connection.thread.join();
  open_.clear();
}

void HttpServer::Wake() {
  const uint64_t one = 1;
  // Can only fail when the counter is full, that is, when it woke up already.
  [[maybe_unused]] const ssize_t size = write(wake_.get(), &one, sizeof(one));
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

void HttpServer::Accept(const TcpListener& listener) {
  FileDescriptor fd;
  const Acceptor::Outcome outcome = acceptor_.Accept(listener.fd(), &fd);
  if (outcome == Acceptor::Outcome::kNobody) return;
  const auto refuse = [&](const std::string& reason) {
    refusals_.Log(Severity::kWarning,
                  absl::StrFormat("%s: connection refused: %s",
                                  listener.endpoint(), reason));
  };
  if (outcome == Acceptor::Outcome::kNoDescriptors) {
    refuse("out of file descriptors");
    return;
  }
  if (connections_ >= options_.max_connections) {
    refuse(absl::StrFormat("%d are open, as many as allowed",
                           options_.max_connections));
    SendUnavailable(fd.get());
    return;
  }
  const int on = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (!Open(std::move(fd), {}, listener.endpoint())) refuse("no more threads");
}

// false: it was turned away, for want of a thread.
bool HttpServer::Open(FileDescriptor fd, std::string unread,
                      std::string endpoint) {
  Connection& connection = open_.emplace_back();
  most_open_ = std::max(most_open_, open_.size());
  connection.fd = std::move(fd);
  connection.unread = std::move(unread);
  connection.endpoint = std::move(endpoint);
  ++connections_;
  try {
    connection.thread =
        std::thread([this, &connection] { Serve(&connection); });
    return true;
  } catch (const std::system_error&) {
    SendUnavailable(connection.fd.get());
    open_.pop_back();
    --connections_;
    return false;
  }
}

void HttpServer::Serve(Connection* connection) {
  {
    const std::unique_ptr<Handler> handler = handlers_->NewHandler();
    HttpSocket socket(connection->fd.get(), connection->unread, &suspension_,
                      options_.timeout, clock_);
    connection->suspended = ServeHttpConnection(
        &socket, router_, handler.get(), [&](const std::string& complaint) {
          complaints_.Log(
              Severity::kWarning,
              absl::StrFormat("%s: %s", connection->endpoint, complaint));
        });
    connection->unread = socket.TakeUnread();
  }
  // Closed by whoever joins this thread: until then Stop may shut it down.
  --connections_;
  if (!connection->suspended) shutdown(connection->fd.get(), SHUT_RDWR);
  connection->ended = true;
  Wake();
}

}  // namespace groupring::backend
