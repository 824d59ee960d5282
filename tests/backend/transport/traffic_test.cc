// What servers count of connections, and of how long answers take.
#include <map>
#include <string>

#include "tests/backend/transport/served_http.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}})"
    "\n";

// "closed idle 1" and so on, of connections of a kind.
std::map<std::string, uint64_t> Of(const FakeHandlerFactory& handlers,
                                   TrafficKind kind) {
  const auto k = static_cast<size_t>(kind);
  const std::unique_ptr<TrafficCounts> counts = handlers.Counted();
  std::map<std::string, uint64_t> of;
  const auto add = [&](const std::string& what, const Count& count) {
    if (count.value() != 0) of[what] = count.value();
  };
  add("opened", counts->opened[k]);
  add("error", counts->errors[k]);
  for (size_t c = 0; c < kRefusalCauses; ++c) {
    add("refused " + std::string(ToText(static_cast<RefusalCause>(c))),
        counts->refused[k][c]);
  }
  for (size_t c = 0; c < kCloseCauses; ++c) {
    add("closed " + std::string(ToText(static_cast<CloseCause>(c))),
        counts->closed[k][c]);
  }
  return of;
}

using Counted = std::map<std::string, uint64_t>;

// Waits for it: a peer sees its end before the server counts it.
bool Becomes(const FakeHandlerFactory& handlers, TrafficKind kind,
             const Counted& expected) {
  const bool became = WaitUntil([&] { return Of(handlers, kind) == expected; });
  if (!became) {
    for (const auto& [what, count] : Of(handlers, kind)) {
      UNSCOPED_INFO(what << " " << count);
    }
  }
  return became;
}

// A server of lines on a unix socket.
struct ServedLines {
  explicit ServedLines(const SocketServerOptions& options,
                       FakeHandler::Answer answer = AnswerAddress,
                       Protocol protocol = Protocol::kRemoteJson)
      : handlers(std::move(answer)),
        server(options, &handlers, &clock, log.Sink()) {
    auto listener = ListeningSocket::Open({.address = path, .group = ""});
    REQUIRE(listener.ok());
    server.Listen(*std::move(listener), protocol);
    REQUIRE(server.Start().ok());
  }

  StreamClient Connect() const { return StreamClient::ToUnix(path); }

  testing::TempDirectory directory;
  const std::string path = directory / "socket";
  SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers;
  SocketServer server;
};

TEST_CASE("traffic: refused connections are counted, however few are logged") {
  SocketServerOptions options;
  options.max_connections = 1;
  const ServedLines served(options);
  StreamClient first = served.Connect();
  CHECK_FALSE(first.Ask(kLookup).empty());
  for (int i = 0; i < 10; ++i) CHECK(served.Connect().ReadToEnd().empty());
  CHECK(Becomes(served.handlers, TrafficKind::kRemoteJson,
                {{"opened", 1}, {"refused too_many", 10}}));
  CHECK(served.log.Count("connection refused") < 10);
}

TEST_CASE("traffic: why connections of lines have ended") {
  bool fails = false;
  const ServedLines served({}, [&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (fails) reply->kind = Reply::Kind::kError;
  });
  const auto ends = [&](const std::string& sent, bool by_peer) {
    StreamClient client = served.Connect();
    client.Send(sent);
    if (by_peer) client.EndInput();
    client.ReadToEnd();
  };
  ends(kLookup, true);
  ends(kLookup.substr(0, 9), true);
  ends("garbage\n", false);
  ends(std::string((1 << 20) + 2, ' '), false);
  fails = true;
  ends(kLookup, false);
  CHECK(Becomes(served.handlers, TrafficKind::kRemoteJson,
                {{"opened", 5},
                 {"closed peer_left", 1},
                 {"closed request_cut", 1},
                 {"closed no_request", 1},
                 {"closed request_too_long", 1},
                 {"closed failed", 1}}));
}

TEST_CASE("traffic: a reader that does not read is a cause of its own") {
  SocketServerOptions options;
  options.max_unsent_bytes = 1000;
  const std::string text(4 << 20, 'x');
  const ServedLines served(options, [&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  StreamClient client = served.Connect();
  client.Send(kLookup);
  CHECK(Becomes(served.handlers, TrafficKind::kRemoteJson,
                {{"opened", 1}, {"closed answer_not_read", 1}}));
}

TEST_CASE("traffic: FAIL in the pipe ABI is an error and no end") {
  const ServedLines served(
      {}, [](const Request&, Reply* reply) { reply->error = "no"; },
      Protocol::kPipeAbi);
  StreamClient client = served.Connect();
  CHECK(client.Ask("HELO\t1\n") == "OK\tgroupring\n");
  for (int i = 0; i < 50; ++i) {
    REQUIRE(client.Ask("Q\ta\tIN\tANY\t1\t192.0.2.1\n") == "FAIL\n");
  }
  CHECK(Becomes(served.handlers, TrafficKind::kPipeAbi,
                {{"opened", 1}, {"error", 50}}));
  CHECK(served.log.Count("answered with an error") < 50);
}

// Sends it, and waits for the end of the connection.
void SendToTheEnd(const ServedHttp& served, const std::string& bytes) {
  HttpClient client = served.Connect();
  client.stream.Send(bytes);
  client.stream.ReadToEnd();
}

TEST_CASE("traffic: why connections of HTTP have ended") {
  const ServedHttp served;
  SendToTheEnd(served,
               "GET /dns/lookup/a./A HTTP/1.1\r\nConnection: close\r\n\r\n");
  SendToTheEnd(served, "GET /page HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  SendToTheEnd(served, std::string(20'000, 'x'));
  CHECK(Becomes(served.handlers, TrafficKind::kHttp,
                {{"opened", 3},
                 {"closed last_request", 1},
                 {"closed refused", 1},
                 {"closed request_too_long", 1}}));
}

TEST_CASE("traffic: a slow request and an idle peer are causes of their own") {
  SocketServerOptions options;
  options.http_timeout = std::chrono::milliseconds(50);
  options.idle_time = std::chrono::milliseconds(50);
  const ServedHttp served(options);
  SendToTheEnd(served, "GET /dns/lookup");
  SendToTheEnd(served, "");
  CHECK(
      Becomes(served.handlers, TrafficKind::kHttp,
              {{"opened", 2}, {"closed request_slow", 1}, {"closed idle", 1}}));
}

TEST_CASE("traffic: strangers make room, and what finds none is refused") {
  SocketServerOptions options;
  options.max_http_connections = 2;
  const ServedHttp served(options);
  HttpClient stranger = served.Connect();
  CHECK(stranger.Get("/livez").status == 200);
  HttpClient first = served.Connect();
  CHECK(first.Get("/dns/lookup/a./A").status == 200);
  HttpClient second = served.Connect();
  CHECK(second.Get("/dns/lookup/a./A").status == 200);
  CHECK(served.Connect().Read().status == 503);
  CHECK(Becomes(
      served.handlers, TrafficKind::kHttp,
      {{"opened", 3}, {"closed made_room", 1}, {"refused too_many", 1}}));
}

TEST_CASE("traffic: connections that another server goes on with are open") {
  ServedLines served({});
  StreamClient client = served.Connect();
  CHECK_FALSE(client.Ask(kLookup).empty());
  for (OpenConnection& open : served.server.Suspend()) {
    served.server.Adopt(std::move(open));
  }
  REQUIRE(served.server.Start().ok());
  CHECK_FALSE(client.Ask(kLookup).empty());
  CHECK(Of(served.handlers, TrafficKind::kRemoteJson) ==
        Counted{{"opened", 1}});
  client.Close();
  CHECK(Becomes(served.handlers, TrafficKind::kRemoteJson,
                {{"opened", 1}, {"closed peer_left", 1}}));
}

// So many answers were timed.
uint64_t Timed(const FakeHandlerFactory& handlers, Transport transport) {
  return handlers.Counted()->latency[static_cast<size_t>(transport)].samples();
}

TEST_CASE("traffic: the first answer of a thread is timed, then some are") {
  const ServedLines served({});
  StreamClient client = served.Connect();
  CHECK_FALSE(client.Ask(kLookup).empty());
  CHECK(WaitUntil(
      [&] { return Timed(served.handlers, Transport::kRemoteJson) == 1; }));
  for (int i = 0; i < 6400; ++i) REQUIRE_FALSE(client.Ask(kLookup).empty());
  CHECK(Timed(served.handlers, Transport::kRemoteJson) > 60);
  CHECK(Timed(served.handlers, Transport::kRemoteJson) < 140);
}

TEST_CASE("traffic: pages and watchdogs are not timed") {
  const ServedHttp served;
  HttpClient people = served.Connect();
  for (int i = 0; i < 300; ++i) {
    REQUIRE(people.Get("/livez").status == 200);
    REQUIRE(people.Get("/page").status == 200);
  }
  CHECK(Timed(served.handlers, Transport::kHttp) == 0);
  HttpClient powerdns = served.Connect();
  for (int i = 0; i < 300; ++i) {
    REQUIRE(powerdns.Get("/dns/lookup/a./A").status == 200);
  }
  CHECK(Timed(served.handlers, Transport::kHttp) > 0);
}

TEST_CASE("traffic: an answer that waits for its reader is timed to its end") {
  const std::string text(8 << 20, 'x');
  const ServedLines served({}, [&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  StreamClient client = served.Connect();
  client.Send(kLookup);
  // More of it than the kernel keeps has come, and not all.
  CHECK(client.ReadBytes(1 << 20).size() == 1 << 20);
  CHECK(Timed(served.handlers, Transport::kRemoteJson) == 0);
  CHECK(client.ReadLine().size() > (6 << 20));
  CHECK(WaitUntil(
      [&] { return Timed(served.handlers, Transport::kRemoteJson) == 1; }));
}

}  // namespace
}  // namespace groupring::backend
