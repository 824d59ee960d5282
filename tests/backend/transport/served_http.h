// A running HTTP server, for tests.
#ifndef GROUPRING_TESTS_BACKEND_TRANSPORT_SERVED_HTTP_H_
#define GROUPRING_TESTS_BACKEND_TRANSPORT_SERVED_HTTP_H_

#include <map>
#include <string>
#include <utility>

#include "backend/transport/socket_server.h"
#include "tests/backend/protocol/fake_handler.h"
#include "tests/backend/transport/http_client.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"

namespace groupring::backend {

inline const std::string kAnswer =
    R"({"result":[{"qtype":"A","qname":"a.","content":"192.0.2.1","ttl":60,)"
    R"("scopeMask":24,"domain_id":1}]})";

// An HTTP server on a free port of loopback, with a page and what is added.
class ServedHttp {
 public:
  explicit ServedHttp(const SocketServerOptions& options = {},
                      FakeHandler::Answer answer = AnswerAddress,
                      const std::map<std::string, HttpRoute>& pages = {})
      : handlers(std::move(answer)),
        server(options, &handlers, &clock, log.Sink()) {
    auto listener = ListeningSocket::Open(
        {.kind = ListenerKind::kTcp, .address = "127.0.0.1:0", .group = ""});
    REQUIRE(listener.ok());
    port = PortOf(*listener);
    server.Listen(*std::move(listener), Protocol::kHttp);
    server.router().Add("/page", [](const HttpRequest&) {
      return HttpResponse{200, "text/plain", "a page"};
    });
    server.router().Add(
        "/livez",
        [](const HttpRequest&) {
          return HttpResponse{200, "text/plain", "alive"};
        },
        RouteKind::kAtOnce);
    server.router().Add(
        "/readyz",
        [](const HttpRequest&) {
          return HttpResponse{200, "text/plain", "ready"};
        },
        RouteKind::kUrgent);
    for (const auto& [path, route] : pages) server.router().Add(path, route);
    REQUIRE(server.Start().ok());
  }

  HttpClient Connect() const { return HttpClient(port); }

  SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers;
  SocketServer server;
  int port = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_TRANSPORT_SERVED_HTTP_H_
