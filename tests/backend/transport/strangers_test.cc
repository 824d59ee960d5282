// Peers on HTTP that are not PowerDNS keep it from nothing.
#include <chrono>
#include <string>
#include <vector>

#include "tests/backend/transport/http_client.h"
#include "tests/backend/transport/served_http.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"ANY"}})";

SocketServerOptions Few() {
  SocketServerOptions options;
  options.threads = 2;
  options.max_http_connections = 16;  // of which 4 are the reserve
  return options;
}

TEST_CASE("HTTP server: idle strangers are closed in time, PowerDNS is not") {
  SocketServerOptions options;
  options.threads = 1;
  options.idle_time = std::chrono::milliseconds(20);
  const ServedHttp served(options);
  HttpClient powerdns = served.Connect();
  HttpClient by_path = served.Connect();
  REQUIRE(powerdns.Post("/dns", kLookup).body == kAnswer);
  REQUIRE(by_path.Get("/dns/lookup/a./ANY").body == kAnswer);
  HttpClient silent = served.Connect();
  HttpClient reading = served.Connect();
  CHECK(reading.Get("/page").body == "a page");
  CHECK(silent.stream.ReadToEnd().empty());
  CHECK(reading.stream.ReadToEnd().empty());
  // These have been idle for longer.
  CHECK(powerdns.Post("/dns", kLookup).body == kAnswer);
  CHECK(by_path.Get("/dns/lookup/a./ANY").body == kAnswer);
  silent.stream.Close();
  reading.stream.Close();
  CHECK(WaitUntil([&] { return served.server.connections() == 2; }));
  CHECK(served.log.Count() == 0);
}

TEST_CASE("HTTP server: idle strangers make room for those that come later") {
  const ServedHttp served(Few());
  std::vector<HttpClient> idle;
  for (int i = 0; i < 50; ++i) {
    idle.push_back(served.Connect());
    // Admitted: one that still waits for that when PowerDNS has taken all the
    // room would be told so.
    REQUIRE(idle.back().Get("/livez").body == "alive");
  }
  std::vector<HttpClient> powerdns;
  for (int i = 0; i < 16; ++i) {
    powerdns.push_back(served.Connect());
    REQUIRE(powerdns.back().Post("/dns", kLookup).body == kAnswer);
  }
  for (HttpClient& each : idle) CHECK(each.stream.ReadToEnd() == "");
  for (HttpClient& each : powerdns) {
    REQUIRE(each.Post("/dns", kLookup).body == kAnswer);
  }
  CHECK(served.server.connections() == 16);
}

TEST_CASE("HTTP server: of busy strangers, room is kept for PowerDNS") {
  constexpr size_t kBusy = 12;
  SocketServerOptions options = Few();
  options.http_timeout = std::chrono::minutes(10);
  const ServedHttp served(options);
  // Each is in the middle of a request, as the server says.
  std::vector<HttpClient> busy;
  for (size_t i = 0; i < kBusy; ++i) {
    busy.push_back(served.Connect());
    busy.back().stream.Send(
        "POST /page HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
        "Expect: 100-continue\r\n\r\n");
    REQUIRE(busy.back().Read().status == 100);
  }

  HttpClient stranger = served.Connect();
  const HttpClient::Response refused = stranger.Get("/page");
  CHECK(refused.status == 503);
  CHECK(refused.body.find("/dns, /livez and /readyz only") !=
        std::string::npos);
  CHECK(stranger.Read().status == 0);
  stranger.stream.Close();
  CHECK(WaitUntil([&] { return served.server.connections() == kBusy; }));

  // Whether a thread takes part in it or not.
  CHECK(served.Connect().Get("/livez").body == "alive");
  CHECK(served.Connect().Get("/readyz").body == "ready");
  std::vector<HttpClient> powerdns;
  for (int i = 0; i < 4; ++i) {
    powerdns.push_back(served.Connect());
    REQUIRE(powerdns.back().Post("/dns", kLookup).body == kAnswer);
  }
  for (HttpClient& each : busy) {
    each.stream.Send("x");
    CHECK(each.Read().status == 405);
  }
  for (HttpClient& each : powerdns) {
    CHECK(each.Post("/dns", kLookup).body == kAnswer);
  }
}

TEST_CASE("HTTP server: pages can have a listener of their own") {
  SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers(AnswerAddress);
  SocketServer server({}, &handlers, &clock, log.Sink());
  const auto listen = [&](Protocol protocol) {
    auto listener = ListeningSocket::Open(
        {.kind = ListenerKind::kTcp, .address = "127.0.0.1:0", .group = ""});
    REQUIRE(listener.ok());
    const int port = PortOf(*listener);
    server.Listen(*std::move(listener), protocol);
    return port;
  };
  const int http = listen(Protocol::kHttp);
  const int pages = listen(Protocol::kPages);
  server.pages_router().Add("/page", [](const HttpRequest&) {
    return HttpResponse{200, "text/plain", "a page"};
  });
  REQUIRE(server.Start().ok());

  CHECK(HttpClient(http).Post("/dns", kLookup).body == kAnswer);
  CHECK(HttpClient(http).Get("/page").status == 404);
  CHECK(HttpClient(pages).Get("/page").body == "a page");
  HttpClient client(pages);
  CHECK(client.Post("/dns", kLookup).status == 404);
  CHECK(client.Get("/dns/lookup/a./ANY").status == 404);
  CHECK(client.Get("/page").body == "a page");
}

}  // namespace
}  // namespace groupring::backend
