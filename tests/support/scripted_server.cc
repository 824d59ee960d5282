#include "tests/support/scripted_server.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/support/process.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using Kind = ServerStep::Kind;

template <auto Function>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};

void Run(const std::vector<std::string>& argv) {
  const auto result = RunCommand(argv);
  if (result.status != 0) throw std::runtime_error(result.errors);
}

// Binds to loopback; the port is the kernel's choice.
FileDescriptor Bind(redis::Family family, uint16_t* port) {
  const bool ipv4 = family == redis::Family::kA;
  FileDescriptor fd(socket(ipv4 ? AF_INET : AF_INET6,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 address6{};
  address6.sin6_family = AF_INET6;
  address6.sin6_addr = in6addr_loopback;
  auto* const generic = ipv4 ? reinterpret_cast<sockaddr*>(&address)
                             : reinterpret_cast<sockaddr*>(&address6);
  socklen_t size = ipv4 ? sizeof(address) : sizeof(address6);
  if (bind(fd.get(), generic, size) != 0 ||
      getsockname(fd.get(), generic, &size) != 0) {
    throw std::runtime_error("bind");
  }
  *port = ntohs(ipv4 ? address.sin_port : address6.sin6_port);
  return fd;
}

}  // namespace

TestCertificates::TestCertificates() {
  const std::vector<std::string> new_key = {
      "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};
  std::vector<std::string> ca = {"openssl",
                                 "req",
                                 "-x509",
                                 "-days",
                                 "60",
                                 "-subj",
                                 "/CN=CA",
                                 "-out",
                                 ca_file(),
                                 "-keyout",
                                 directory_ / "ca.key"};
  ca.insert(ca.end(), new_key.begin(), new_key.end());
  Run(ca);
  std::vector<std::string> request = {"openssl", "req",
                                      "-subj",   "/CN=ftp.example.org",
                                      "-out",    directory_ / "request.pem",
                                      "-keyout", key()};
  request.insert(request.end(), new_key.begin(), new_key.end());
  Run(request);
  const std::string names = directory_.Write(
      "names", "subjectAltName=DNS:ftp.example.org,DNS:*.files.example.org\n");
  Run({"openssl", "x509", "-req", "-in", directory_ / "request.pem", "-CA",
       ca_file(), "-CAkey", directory_ / "ca.key", "-CAcreateserial", "-days",
       "30", "-extfile", names, "-out", certificate()});
}

ServerStep Send(std::string text) { return {Kind::kSend, std::move(text)}; }
ServerStep Await(std::string line) { return {Kind::kAwait, std::move(line)}; }
ServerStep AwaitAny() { return {Kind::kAwaitAny}; }
ServerStep Tls() { return {Kind::kTls}; }
ServerStep Plain(std::string bytes) { return {Kind::kPlain, std::move(bytes)}; }
ServerStep Do(std::function<void()> function) {
  return {Kind::kDo, {}, std::move(function)};
}
ServerStep Close() { return {Kind::kClose}; }
ServerStep Reset() { return {Kind::kReset}; }
ServerStep AwaitEnd() { return {Kind::kAwaitEnd}; }

struct ScriptedServer::TlsSettings {
  std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>> context{
      SSL_CTX_new(TLS_server_method())};
};

struct ScriptedServer::Connection {
  FileDescriptor fd;
  size_t index = 0;  // in received_ and ended_
  size_t step = 0;
  std::string lines;  // received, and not awaited yet
  bool ended = false;
  std::unique_ptr<SSL, FreedBy<SSL_free>> ssl = nullptr;
};

ScriptedServer::ScriptedServer(std::vector<ServerStep> script,
                               const TestCertificates* certificates,
                               redis::Family family)
    : script_(std::move(script)), family_(family) {
  listener_ = Bind(family, &port_);
  if (listen(listener_.get(), 1000) != 0) throw std::runtime_error("listen");
  passive_ = Bind(family, &passive_port_);
  if (listen(passive_.get(), 1000) != 0) throw std::runtime_error("listen");
  // Bound by nobody once this is over; the kernel is in no hurry to give a port
  // out again.
  Bind(family, &closed_port_);
  if (certificates == nullptr) return;
  tls_ = std::make_unique<TlsSettings>();
  SSL_CTX* const context = tls_->context.get();
  if (SSL_CTX_use_certificate_file(context, certificates->certificate().c_str(),
                                   SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, certificates->key().c_str(),
                                  SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("certificate");
  }
}

ScriptedServer::~ScriptedServer() = default;

void ScriptedServer::FillQueue() {
  // The kernel takes one more than this; what comes then gets no answer.
  if (listen(listener_.get(), 0) != 0) throw std::runtime_error("listen");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < 2; ++i) {
    FileDescriptor fd(
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
    fillers_.push_back(std::move(fd));
  }
}

void ScriptedServer::Pump() {
  if (fillers_.empty()) Accept();
  for (const auto& connection : connections_) {
    while (connection->fd.valid() && Go(connection.get())) {
    }
  }
}

void ScriptedServer::Accept() {
  while (true) {
    FileDescriptor fd(accept4(listener_.get(), nullptr, nullptr,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.valid()) return;
    auto connection = std::make_unique<Connection>();
    connection->fd = std::move(fd);
    connection->index = received_.size();
    received_.emplace_back();
    ended_.emplace_back();
    connections_.push_back(std::move(connection));
  }
}

bool ScriptedServer::Go(Connection* connection) {
  Read(connection);
  if (connection->step == script_.size()) {
    if (connection->ended) connection->fd.Reset();
    return false;
  }
  if (!Do(script_[connection->step], connection)) return false;
  ++connection->step;
  return true;
}

void ScriptedServer::Read(Connection* connection) {
  // The handshake reads by itself; all that is in clear has been read before
  // it.
  const size_t step = connection->step;
  if (step < script_.size() && script_[step].kind == Kind::kTls) return;
  std::array<char, 4096> buffer;
  while (!connection->ended) {
    ssize_t size = 0;
    bool again = false;
    if (connection->ssl != nullptr) {
      size = SSL_read(connection->ssl.get(), buffer.data(), buffer.size());
      again = size <= 0 &&
              SSL_get_error(connection->ssl.get(), static_cast<int>(size)) ==
                  SSL_ERROR_WANT_READ;
      ClientEnd& end = ended_[connection->index];
      if (size <= 0 && !again) {
        end.tls_closed = (SSL_get_shutdown(connection->ssl.get()) &
                          SSL_RECEIVED_SHUTDOWN) != 0;
      }
    } else {
      size = recv(connection->fd.get(), buffer.data(), buffer.size(), 0);
      again = size < 0 && errno == EAGAIN;
      if (size < 0 && errno == ECONNRESET) {
        ended_[connection->index].reset = true;
      }
    }
    if (again) return;
    if (size <= 0) {
      connection->ended = true;
      return;
    }
    const std::string_view text(buffer.data(), static_cast<size_t>(size));
    connection->lines += text;
    received_[connection->index] += text;
  }
}

bool ScriptedServer::Do(const ServerStep& step, Connection* connection) {
  const int fd = connection->fd.get();
  switch (step.kind) {
    case Kind::kSend:
    case Kind::kPlain: {
      const std::string text = absl::StrReplaceAll(
          step.text,
          {{"{pasv}", absl::StrFormat("127,0,0,1,%d,%d", passive_port_ / 256,
                                      passive_port_ % 256)},
           {"{epsv}", std::to_string(passive_port_)},
           {"{closed}", absl::StrFormat("127,0,0,1,%d,%d", closed_port_ / 256,
                                        closed_port_ % 256)}});
      if (connection->ssl != nullptr && step.kind == Kind::kSend) {
        SSL_write(connection->ssl.get(), text.data(),
                  static_cast<int>(text.size()));
      } else {
        send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      }
      return true;
    }
    case Kind::kAwait: {
      const size_t end = connection->lines.find("\r\n");
      if (end == std::string::npos) return false;
      const std::string line = connection->lines.substr(0, end);
      connection->lines.erase(0, end + 2);
      if (line != step.text) {
        throw std::runtime_error("awaited " + step.text + ", got " + line);
      }
      return true;
    }
    case Kind::kAwaitAny:
      if (connection->lines.empty()) return false;
      connection->lines.clear();
      return true;
    case Kind::kTls: {
      if (connection->ssl == nullptr) {
        connection->ssl.reset(SSL_new(tls_->context.get()));
        SSL_set_fd(connection->ssl.get(), fd);
      }
      return SSL_accept(connection->ssl.get()) == 1;
    }
    case Kind::kDo:
      step.function();
      return true;
    case Kind::kReset: {
      const linger at_once{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
      connection->ssl.reset();
      connection->fd.Reset();
      return true;
    }
    case Kind::kClose:
      if (connection->ssl != nullptr) SSL_shutdown(connection->ssl.get());
      connection->ssl.reset();
      connection->fd.Reset();
      return true;
    case Kind::kAwaitEnd:
      return connection->ended;
  }
  return false;
}

ServerTurns::ServerTurns(ScriptedServer* server)
    : thread_([server](const std::stop_token& stop) {
        WaitUntil(
            [&] {
              server->Pump();
              return stop.stop_requested();
            },
            std::chrono::hours(1));
      }) {}

}  // namespace groupring::testing
