// Many FTP servers for a checker to probe: one process that greets at thousands
// of addresses of 127.0.0.0/8 and answers what a probe asks, with TLS if it has
// a certificate.
//
//   bench_ftp_servers PORT COUNT [CERTIFICATE KEY]
//
// listens on that port of 127.1.0.1, 127.1.0.2, …, prints "ready", and counts
// on standard output each second: connections, TLS handshakes, all so far.
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

constexpr uint32_t kFirstAddress = 0x7f010001;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

struct Connection {
  std::unique_ptr<SSL, FreeSsl> ssl;
  bool shaken = false;
  std::string in;
};

struct Counts {
  uint64_t connections = 0;
  uint64_t handshakes = 0;
};

class Servers {
 public:
  Servers(uint16_t port, uint32_t count, SSL_CTX* tls)
      : tls_(tls), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (uint32_t i = 0; i < count; ++i) Listen(kFirstAddress + i, port);
    timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    const itimerspec second = {{1, 0}, {1, 0}};
    if (timerfd_settime(timer_, 0, &second, nullptr) != 0) Die("timerfd");
    Watch(timer_);
    std::puts("ready");
    std::fflush(stdout);
  }

  void Run() {
    std::array<epoll_event, 256> events{};
    while (true) {
      const int ready = epoll_wait(epoll_, events.data(),
                                   static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const int fd = events[static_cast<size_t>(i)].data.fd;
        if (fd == timer_) {
          Report();
        } else if (listeners_.contains(fd)) {
          Accept(fd);
        } else {
          Serve(fd);
        }
      }
    }
  }

 private:
  void Watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) Die("epoll_ctl");
  }

  void Listen(uint32_t address, uint16_t port) {
    const int fd =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(address);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
      Die("bind");
    }
    if (listen(fd, 16) != 0) Die("listen");
    listeners_.emplace(fd, true);
    Watch(fd);
  }

  void Report() {
    uint64_t expirations = 0;
    if (read(timer_, &expirations, sizeof expirations) < 0) return;
    std::printf("%llu %llu\n",
                static_cast<unsigned long long>(counts_.connections),
                static_cast<unsigned long long>(counts_.handshakes));
    std::fflush(stdout);
  }

  void Accept(int listener) {
    const int fd =
        accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    ++counts_.connections;
    connections_.emplace(fd, Connection());
    Watch(fd);
    Say(fd, nullptr, "220 ready\r\n");
  }

  static void Say(int fd, SSL* ssl, std::string_view text) {
    // A reply is short: it fits into the socket's buffer.
    if (ssl != nullptr) {
      SSL_write(ssl, text.data(), static_cast<int>(text.size()));
    } else if (send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0) {
      return;
    }
  }

  void Close(int fd) {
    connections_.erase(fd);
    close(fd);
  }

  // Less than 1: the end, or (with EAGAIN) nothing yet.
  static long Receive(int fd, SSL* ssl, char* buffer, size_t size) {
    if (ssl == nullptr) return recv(fd, buffer, size, 0);
    const int got = SSL_read(ssl, buffer, static_cast<int>(size));
    if (got > 0) return got;
    errno = SSL_get_error(ssl, got) == SSL_ERROR_WANT_READ ? EAGAIN : 0;
    return errno == EAGAIN ? -1 : 0;
  }

  void Serve(int fd) {
    Connection& connection = connections_.at(fd);
    if (connection.ssl != nullptr && !connection.shaken) {
      const int done = SSL_accept(connection.ssl.get());
      if (done != 1) {
        if (SSL_get_error(connection.ssl.get(), done) != SSL_ERROR_WANT_READ) {
          Close(fd);
        }
        return;
      }
      connection.shaken = true;
      ++counts_.handshakes;
    }
    std::array<char, 512> buffer{};
    while (true) {
      const long got =
          Receive(fd, connection.ssl.get(), buffer.data(), buffer.size());
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
      if (got <= 0) return Close(fd);
      connection.in.append(buffer.data(), static_cast<size_t>(got));
    }
    size_t end = 0;
    while ((end = connection.in.find("\r\n")) != std::string::npos) {
      const std::string line = connection.in.substr(0, end);
      connection.in.erase(0, end + 2);
      Answer(fd, line, &connection);
    }
  }

  void Answer(int fd, const std::string& line, Connection* connection) {
    SSL* const ssl = connection->ssl.get();
    if (line == "QUIT") {
      Say(fd, ssl, "221 Goodbye.\r\n");
    } else if (line == "AUTH TLS" && tls_ != nullptr) {
      Say(fd, ssl, "234 AUTH TLS successful\r\n");
      connection->ssl.reset(SSL_new(tls_));
      SSL_set_fd(connection->ssl.get(), fd);
    } else if (line == "FEAT") {
      Say(fd, ssl, "211-Features:\r\n AUTH TLS\r\n PBSZ\r\n211 End\r\n");
    } else if (line == "PBSZ 0" || line == "PROT P") {
      Say(fd, ssl, "200 OK\r\n");
    } else {
      Say(fd, ssl, "500 not understood\r\n");
    }
  }

  SSL_CTX* const tls_;
  const int epoll_;
  int timer_ = -1;
  Counts counts_;
  std::unordered_map<int, bool> listeners_;
  std::unordered_map<int, Connection> connections_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::fputs("usage: bench_ftp_servers PORT COUNT [CERTIFICATE KEY]\n",
               stderr);
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  SSL_CTX* tls = nullptr;
  if (argc == 5) {
    tls = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls, argv[3]) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, argv[4], SSL_FILETYPE_PEM) != 1) {
      std::fputs("the certificate or its key cannot be used\n", stderr);
      return 1;
    }
  }
  Servers servers(static_cast<uint16_t>(std::atoi(argv[1])),
                  static_cast<uint32_t>(std::atoi(argv[2])), tls);
  servers.Run();
}
