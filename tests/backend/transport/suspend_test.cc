// A server gives its connections up and another one goes on with them.
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/transport/socket_server.h"
#include "tests/backend/protocol/fake_handler.h"
#include "tests/backend/transport/http_client.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}})"
    "\n";

// Servers of the same socket, one after another.
struct Sockets {
  explicit Sockets(FakeHandler::Answer answer = AnswerAddress)
      : handlers(std::move(answer)) {}

  std::unique_ptr<SocketServer> NewServer(const ListeningSocket& listener,
                                          int threads = 1) {
    SocketServerOptions options;
    options.threads = threads;
    auto server =
        std::make_unique<SocketServer>(options, &handlers, &clock, log.Sink());
    auto adopted = ListeningSocket::Adopt(FileDescriptor(dup(listener.fd())));
    REQUIRE(adopted.ok());
    server->Listen(*std::move(adopted), Protocol::kRemoteJson);
    return server;
  }

  ListeningSocket Open() {
    auto listener = ListeningSocket::Open({.address = path, .group = ""});
    REQUIRE(listener.ok());
    return *std::move(listener);
  }

  testing::TempDirectory directory;
  const std::string path = directory / "socket";
  SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers;
};

TEST_CASE("socket server: another one goes on in a line and in a backlog") {
  Sockets sockets;
  const ListeningSocket listener = sockets.Open();
  auto first = sockets.NewServer(listener);
  REQUIRE(first->Start().ok());
  StreamClient idle = StreamClient::ToUnix(sockets.path);
  StreamClient mid_request = StreamClient::ToUnix(sockets.path);
  CHECK(idle.Ask(kLookup).size() > 20);
  CHECK(mid_request.Ask(kLookup).size() > 20);
  mid_request.Send(kLookup.substr(0, 10));
  // It answers, but does not read answers: some are left unsent, and lines
  // unanswered.
  StreamClient flooding = StreamClient::ToUnix(sockets.path);
  size_t asked = 0;
  for (bool blocked = false; !blocked; ++asked) {
    blocked = flooding.SendSome(kLookup) < kLookup.size();
  }
  REQUIRE(WaitUntil([&] { return first->connections() == 3; }));

  std::vector<OpenConnection> open = first->Suspend();
  REQUIRE(open.size() == 3);
  CHECK(first->connections() == 0);
  auto second = sockets.NewServer(listener, 2);
  for (OpenConnection& connection : open) second->Adopt(std::move(connection));
  first.reset();
  idle.Send(kLookup);  // before anybody serves it again
  REQUIRE(second->Start().ok());
  CHECK(idle.ReadLine().size() > 20);
  CHECK(mid_request.Ask(kLookup.substr(10)).size() > 20);
  flooding.EndInput();
  const std::string answers = flooding.ReadToEnd();
  const auto lines =
      static_cast<size_t>(std::count(answers.begin(), answers.end(), '\n'));
  CHECK(lines == asked - 1);
  CHECK(sockets.log.Count(
            "connection closed: the peer left in the middle of a request") <=
        1);
  // And the client that came meanwhile.
  CHECK(StreamClient::ToUnix(sockets.path).Ask(kLookup).size() > 20);
}

TEST_CASE("socket server: of an answer read in part only the rest is sent") {
  // More than the kernel keeps for a peer, each byte unlike its neighbours'.
  std::string text;
  while (text.size() < (8 << 20)) text += std::to_string(text.size()) + ",";
  Sockets sockets([&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.qname != "large.") return;
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  const ListeningSocket listener = sockets.Open();
  auto first = sockets.NewServer(listener);
  REQUIRE(first->Start().ok());
  StreamClient client = StreamClient::ToUnix(sockets.path);
  StreamClient other = StreamClient::ToUnix(sockets.path);
  client.Ask(kLookup);
  other.Ask(kLookup);
  client.Send(R"({"method":"lookup","parameters":{"qname":"large."}})"
              "\n");
  // The single thread has sent of the answer what goes without waiting.
  other.Ask(kLookup);
  const size_t part = text.size() / 2;
  std::string answer = client.ReadBytes(part);
  REQUIRE(answer.size() == part);

  std::vector<OpenConnection> open = first->Suspend();
  auto second = sockets.NewServer(listener);
  for (OpenConnection& connection : open) second->Adopt(std::move(connection));
  first.reset();
  REQUIRE(second->Start().ok());
  answer += client.ReadLine();
  // (As a truth value: a difference would be printed in megabytes.)
  const bool whole = answer == "{\"result\":\"" + text + "\"}\n";
  CHECK(whole);
}

TEST_CASE("socket server: it goes on itself after a suspension") {
  Sockets sockets;
  const ListeningSocket listener = sockets.Open();
  auto server = sockets.NewServer(listener, 3);
  REQUIRE(server->Start().ok());
  StreamClient client = StreamClient::ToUnix(sockets.path);
  for (int i = 0; i < 5; ++i) {
    CHECK(client.Ask(kLookup).size() > 20);
    for (OpenConnection& open : server->Suspend()) {
      server->Adopt(std::move(open));
    }
    REQUIRE(server->Start().ok());
  }
  CHECK(client.Ask(kLookup).size() > 20);
  CHECK(server->connections() == 1);
}

TEST_CASE("socket server: suspended, nobody is accepted and nothing is lost") {
  Sockets sockets;
  const ListeningSocket listener = sockets.Open();
  auto server = sockets.NewServer(listener);
  REQUIRE(server->Start().ok());
  server->Suspend();
  StreamClient client = StreamClient::ToUnix(sockets.path);
  client.Send(kLookup);
  CHECK(server->connections() == 0);
  REQUIRE(server->Start().ok());
  CHECK(client.ReadLine().size() > 20);
}

TEST_CASE("socket server: it shows that it turns when it is asked to") {
  Sockets sockets;
  const ListeningSocket listener = sockets.Open();
  auto server = sockets.NewServer(listener, 2);
  REQUIRE(server->Start().ok());
  for (int i = 0; i < 3; ++i) {
    const uint64_t before = server->turns();
    server->Wake();
    CHECK(WaitUntil([&] { return server->turns() > before; }));
  }
}

// Servers of the same port, one after another.
struct Http {
  std::unique_ptr<SocketServer> NewServer() {
    auto server = std::make_unique<SocketServer>(SocketServerOptions(),
                                                 &handlers, &clock, log.Sink());
    auto adopted = ListeningSocket::Adopt(FileDescriptor(dup(listener->fd())));
    REQUIRE(adopted.ok());
    server->Listen(*std::move(adopted), Protocol::kHttp);
    return server;
  }

  SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers{AnswerAddress};
  absl::StatusOr<ListeningSocket> listener = ListeningSocket::Open(
      {.kind = ListenerKind::kTcp, .address = "127.0.0.1:0", .group = ""});
};

const std::string kQuestion = "/dns/lookup/a%2e/A";

TEST_CASE("HTTP server: another one goes on with connections that stay open") {
  Http http;
  auto first = http.NewServer();
  REQUIRE(first->Start().ok());
  HttpClient idle(PortOf(*http.listener));
  HttpClient asked(PortOf(*http.listener));
  CHECK(idle.Get(kQuestion).status == 200);
  CHECK(asked.Get(kQuestion).status == 200);
  std::vector<OpenConnection> open = first->Suspend();
  REQUIRE(open.size() == 2);
  CHECK(first->connections() == 0);
  asked.stream.Send("GET " + kQuestion +
                    " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

  auto second = http.NewServer();
  for (OpenConnection& connection : open) {
    second->Adopt(std::move(connection));
  }
  first.reset();
  REQUIRE(second->Start().ok());
  CHECK(asked.Read().status == 200);
  CHECK(idle.Get(kQuestion).status == 200);
  CHECK(HttpClient(PortOf(*http.listener)).Get(kQuestion).status == 200);
  CHECK(http.log.Count() == 0);
}

TEST_CASE("HTTP server: bytes received before are part of the request") {
  Http http;
  auto server = http.NewServer();
  int fds[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
  server->Adopt({FileDescriptor(fds[0]),
                 Protocol::kHttp,
                 {"GET " + kQuestion + " HTTP/1.1\r\n"},
                 {}});
  REQUIRE(server->Start().ok());
  StreamClient client{FileDescriptor(fds[1])};
  client.Send("Host: 127.0.0.1\r\n\r\n");
  CHECK(client.ReadLine() == "HTTP/1.1 200 OK\r\n");
}

TEST_CASE("HTTP server: a request that has begun goes along") {
  Http http;
  auto first = http.NewServer();
  REQUIRE(first->Start().ok());
  HttpClient slow(PortOf(*http.listener));
  CHECK(slow.Get(kQuestion).status == 200);
  slow.stream.Send("GET " + kQuestion + " HTTP/1.1\r\n");
  std::vector<OpenConnection> open;
  REQUIRE(WaitUntil([&] {
    open = first->Suspend();
    if (!open.at(0).session.unread.empty()) return true;
    first->Adopt(std::move(open[0]));
    return !first->Start().ok();
  }));
  CHECK(open[0].protocol == Protocol::kHttp);
  auto second = http.NewServer();
  second->Adopt(std::move(open[0]));
  first.reset();
  REQUIRE(second->Start().ok());
  slow.stream.Send("Host: localhost\r\n\r\n");
  CHECK(slow.Read().status == 200);
  CHECK(http.log.Count() == 0);
}

TEST_CASE("HTTP server: a page in the making is made by the next one") {
  Http http;
  std::promise<void> asked;
  std::promise<void> go_on;
  auto first = http.NewServer();
  first->router().Add("/page", [&](const HttpRequest&) {
    asked.set_value();
    go_on.get_future().wait();
    return HttpResponse{200, "text/plain", "late"};
  });
  REQUIRE(first->Start().ok());
  HttpClient client(PortOf(*http.listener));
  client.stream.Send("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\nGET " +
                     kQuestion + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  asked.get_future().wait();
  std::vector<OpenConnection> open = first->Suspend();
  REQUIRE(open.size() == 1);
  go_on.set_value();

  auto second = http.NewServer();
  second->router().Add("/page", [](const HttpRequest&) {
    return HttpResponse{200, "text/plain", "in time"};
  });
  second->Adopt(std::move(open[0]));
  first.reset();
  REQUIRE(second->Start().ok());
  CHECK(client.Read().body == "in time");
  CHECK(client.Read().status == 200);
}

TEST_CASE(
    "socket server: another one answers what took long when the first ended") {
  std::promise<void> asked;
  std::promise<void> go_on;
  const std::shared_future<void> let = go_on.get_future();
  std::atomic<int> commands = 0;
  Sockets sockets([&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.method != Method::kDirectBackendCmd) return;
    if (++commands == 1) {
      asked.set_value();
      let.wait();
    }
    reply->kind = Reply::Kind::kText;
    reply->text = "answered by " + std::to_string(commands);
  });
  const ListeningSocket listener = sockets.Open();
  auto first = sockets.NewServer(listener);
  REQUIRE(first->Start().ok());
  StreamClient client = StreamClient::ToUnix(sockets.path);
  client.Send(R"({"method":"directBackendCmd","parameters":{"query":"status"}})"
              "\n" +
              kLookup);
  asked.get_future().wait();
  auto second = sockets.NewServer(listener);
  for (OpenConnection& open : first->Suspend()) second->Adopt(std::move(open));
  go_on.set_value();
  REQUIRE(second->Start().ok());
  CHECK(client.ReadLine() == "{\"result\":\"answered by 2\"}\n");
  CHECK(client.ReadLine().find("192.0.2.1") != std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
