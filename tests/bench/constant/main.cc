// The least that PowerDNS' remote backend can be answered: the same two
// addresses for everybody, copied from a ready text. What is lost against it
// is what groupring itself costs.
//
//   bench_constant unix PATH EPOLL_THREADS
//   bench_constant http PORT
//
// EPOLL_THREADS 0, and HTTP, have a thread for each connection.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::string_view kAddresses =
    R"({"result":[{"qtype":"A","qname":"ftp.example.org.",)"
    R"("content":"203.0.113.11","ttl":60,"scopeMask":24,"domain_id":1},)"
    R"({"qtype":"AAAA","qname":"ftp.example.org.",)"
    R"("content":"2001:db8:1::11","ttl":60,"scopeMask":24,"domain_id":1}]})";
constexpr std::string_view kSoa =
    R"({"result":[{"qtype":"SOA","qname":"example.org.","content":)"
    R"("ns1.example.org. hostmaster.example.org. 1 3600 600 604800 60",)"
    R"("ttl":60,"scopeMask":0,"domain_id":1}]})";
constexpr std::string_view kZones =
    R"({"result":[{"id":1,"zone":"example.org.","kind":"native"}]})";

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

// PowerDNS writes "ANY" with or without a blank after the colon.
std::string_view AnswerTo(std::string_view request) {
  if (Has(request, R"("ANY")")) return kAddresses;
  if (Has(request, R"("SOA")") && !Has(request, "ftp.")) return kSoa;
  if (Has(request, "getAllDomains")) return kZones;
  if (Has(request, "initialize")) return R"({"result":true})";
  if (Has(request, "lookup")) return R"({"result":[]})";
  return R"({"result":false})";
}

void SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

using Answer = void (*)(int fd, std::string_view request);

void AnswerLine(int fd, std::string_view line) {
  thread_local std::string out;
  out.assign(AnswerTo(line));
  out.push_back('\n');
  SendAll(fd, out);
}

void AnswerHttp(int fd, std::string_view request) {
  thread_local std::string out;
  const std::string_view body = AnswerTo(request);
  out.assign(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      "Content-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  SendAll(fd, out);
}

// PowerDNS sends one request, in one piece or two, and waits for the answer.
// false: the peer is gone.
bool Serve(int fd, char end, Answer answer, int flags) {
  std::array<char, 8192> buffer;
  size_t size = 0;
  do {
    const ssize_t got =
        recv(fd, buffer.data() + size, buffer.size() - size, flags);
    if (got <= 0) return false;
    size += static_cast<size_t>(got);
  } while (buffer[size - 1] != end && size < buffer.size());
  answer(fd, {buffer.data(), size});
  return true;
}

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int Listen(int fd, const sockaddr* address, socklen_t size) {
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(fd, address, size) != 0 || listen(fd, 512) != 0) Fail("listen");
  return fd;
}

int ListenUnix(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  return Listen(socket(AF_UNIX, SOCK_STREAM, 0),
                reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

int ListenTcp(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Listen(socket(AF_INET, SOCK_STREAM, 0),
                reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

void ServeInThreads(int listener, char end, Answer answer) {
  for (;;) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd < 0) Fail("accept");
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    std::thread([=] {
      while (Serve(fd, end, answer, 0)) {
      }
      close(fd);
    }).detach();
  }
}

void ServeByEpoll(int listener, size_t threads) {
  std::vector<int> loops(threads);
  for (int& loop : loops) {
    loop = epoll_create1(0);
    std::thread([loop] {
      std::array<epoll_event, 64> events;
      for (;;) {
        const int ready = epoll_wait(loop, events.data(), 64, -1);
        for (int i = 0; i < ready; ++i) {
          const int fd = events[static_cast<size_t>(i)].data.fd;
          if (!Serve(fd, '\n', AnswerLine, 0)) close(fd);
        }
      }
    }).detach();
  }
  for (size_t next = 0;; ++next) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = accept(listener, nullptr, nullptr);
    if (event.data.fd < 0) Fail("accept");
    epoll_ctl(loops[next % threads], EPOLL_CTL_ADD, event.data.fd, &event);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "";
  if (kind == "unix" && argc == 4) {
    const int listener = ListenUnix(argv[2]);
    const auto threads = static_cast<size_t>(std::atoi(argv[3]));
    if (threads > 0) ServeByEpoll(listener, threads);
    ServeInThreads(listener, '\n', AnswerLine);
  } else if (kind == "http" && argc == 3) {
    // The body is a JSON object: the last byte of a request.
    ServeInThreads(ListenTcp(argv[2]), '}', AnswerHttp);
  }
  std::fputs("Usage: bench_constant unix PATH EPOLL_THREADS | http PORT\n",
             stderr);
  return 2;
}
