// HTTP on the sockets of a server.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "backend/protocol/http_session.h"
#include "tests/backend/transport/http_client.h"
#include "tests/backend/transport/served_http.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

TEST_CASE("HTTP server: a lookup by GET, POST and POST of JSON") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const HttpClient::Response get = client.Get("/dns/lookup/a%2e/ANY");
  CHECK(get.status == 200);
  CHECK(get.body == kAnswer);
  CHECK(Contains(get.head, "Content-Type: application/json\r\n"));
  CHECK_FALSE(Contains(get.head, "Keep-Alive"));
  CHECK_FALSE(Contains(get.head, "Connection"));
  CHECK(client.Post("/dns/lookup", "parameters=%7b%22qname%22%3a%22a.%22%7d")
            .body == kAnswer);
  CHECK(
      client.Post("/dns", R"({"method":"lookup","parameters":{"qname":"a."}})")
          .body == kAnswer);
  CHECK(served.log.Count() == 0);
}

TEST_CASE("HTTP server: what PowerDNS sends, in one go and byte by byte") {
  const std::string mode = GENERATE("get", "post", "post_json");
  const std::string path =
      std::filesystem::path(GROUPRING_SOURCE_DIR) /
      ("tests/backend/protocol/golden/remote_http_" + mode + ".requests");
  std::ifstream file(path, std::ios::binary);
  const std::string requests{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(requests.empty());
  const ServedHttp served;
  for (const size_t piece : {requests.size(), size_t{1}}) {
    HttpClient client = served.Connect();
    for (size_t i = 0; i < requests.size(); i += piece) {
      REQUIRE(client.stream.Send(std::string_view(requests).substr(i, piece)));
    }
    for (int i = 0; i < 20; ++i) REQUIRE(client.Read().status == 200);
  }
  CHECK(served.log.Count() == 0);
}

TEST_CASE("HTTP server: methods that change something are answered, too") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const char* const verb = GENERATE("PUT", "PATCH", "DELETE", "POST");
  client.stream.Send(std::string(verb) +
                     " /dns/setDomainMetadata/a%2e/KIND HTTP/1.1\r\nHost: "
                     "127.0.0.1\r\nContent-Length: 9\r\n\r\nvalue[]=x");
  CHECK(client.Read().body == R"({"result":false})");
  CHECK(client.Get("/dns/lookup/a./A").body == kAnswer);
}

TEST_CASE("HTTP server: ten thousand requests on one connection") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  for (int i = 0; i < 10000; ++i) {
    REQUIRE(client.Get("/dns/lookup/a./A").body == kAnswer);
  }
  CHECK(served.server.connections() == 1);
}

TEST_CASE("HTTP server: a connection may rest longer than a request may take") {
  SocketServerOptions options;
  options.http_timeout = std::chrono::milliseconds(20);
  const ServedHttp served(options);
  HttpClient client = served.Connect();
  CHECK(client.Get("/dns/lookup/a./A").status == 200);
  // Another connection's time runs out meanwhile, from its first byte on.
  HttpClient slow = served.Connect();
  slow.stream.Send("G");
  CHECK(slow.Read().status == 0);
  CHECK(client.Get("/dns/lookup/a./A").status == 200);
}

TEST_CASE("HTTP server: a request that dribbles in has a deadline") {
  SocketServerOptions options;
  options.http_timeout = std::chrono::milliseconds(20);
  const ServedHttp served(options);
  const std::string beginning =
      GENERATE("G", "GET /dns/lookup/a./A HTTP/1.1\r\nHost: localhost\r\n",
               "POST /dns HTTP/1.1\r\nContent-Length: 9\r\n\r\n{");
  HttpClient client = served.Connect();
  client.stream.Send(beginning);
  client.stream.ReadToEnd();
  CHECK(served.log.Count("connection closed: a request took longer than 20 "
                         "ms") == 1);
}

TEST_CASE("HTTP server: a stuck peer holds up nobody") {
  const ServedHttp served;
  HttpClient stuck = served.Connect();
  stuck.stream.Send("POST /dns HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{");
  HttpClient resting = served.Connect();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(served.Connect().Get("/dns/lookup/a./A").body == kAnswer);
  }
  CHECK(resting.Get("/dns/lookup/a./A").body == kAnswer);
}

TEST_CASE("HTTP server: a body over the limit is 413 and the end") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const std::string body(kMaxHttpBodyBytes, ' ');
  CHECK(client.Post("/dns", body).status == 400);  // read, but no JSON
  CHECK(client.Get("/dns/lookup/a./A").status == 200);
  const HttpClient::Response response = client.Post("/dns", body + " ");
  CHECK(response.status == 413);
  CHECK(Contains(response.head, "Connection: close\r\n"));
  CHECK(Contains(response.body, "\"result\":false"));
  CHECK(client.Read().status == 0);
  CHECK(served.log.Count("refused with status 413") == 1);
}

TEST_CASE("HTTP server: a chunked body is read within the same limit") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const std::string head =
      "POST /dns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n";
  client.stream.Send(head + "11\r\n{\"method\":\"lookup\r\n" +
                     "1e\r\n\",\"parameters\":{\"qname\":\"a.\"}}\r\n" +
                     "0\r\n\r\n");
  CHECK(client.Read().body == kAnswer);
  CHECK(client.Get("/dns/lookup/a./A").status == 200);

  client.stream.Send(head);
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 17 && client.stream.Send(chunk); ++i) {
  }
  CHECK(client.Read().status == 413);
  CHECK(client.Read().status == 0);
}

TEST_CASE("HTTP server: a peer that waits to be asked for its body is asked") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  client.stream.Send(
      "POST /dns/lookup/a./A HTTP/1.1\r\nHost: localhost\r\n"
      "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(client.Read().status == 100);
  client.stream.Send("a=b");
  CHECK(client.Read().body == kAnswer);
}

TEST_CASE("HTTP server: an endless head ends the connection") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const std::string line =
      GENERATE(std::string(1 << 17, 'x'), std::string("GET / HTTP/1.1\r\nX: ") +
                                              std::string(1 << 17, 'x'));
  client.stream.Send(line);
  client.stream.ReadToEnd();
  CHECK(served.log.Count("connection closed: the request is too long") == 1);
}

TEST_CASE("HTTP server: the longest target that is taken does no harm") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const std::string target = "/" + std::string(8000, 'x');
  CHECK(client.Get(target).status == 404);
  CHECK(client.Post(target, "x").status == 404);
  CHECK(client.Get("/" + std::string(9000, 'x')).status == 414);
  CHECK(client.Read().status == 0);
}

TEST_CASE("HTTP server: what is no HTTP ends the connection") {
  const ServedHttp served;
  HttpClient good = served.Connect();
  for (const char* bytes :
       {"HELO\t1\n\r\n\r\n", "GET / HTTP/3.0\r\n\r\n",
        "GET /dns/lookup/a./A HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        "POST /dns HTTP/1.1\r\n\r\n",
        "POST /dns HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /dns HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /dns HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: "
        "2\r\n\r\nab",
        "POST /dns HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: "
        "chunked\r\n\r\na",
        "POST /dns HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\na",
        "POST /dns HTTP/1.1\r\nContent-Length: 3\r\nContent-Type: "
        "multipart/form-data; boundary=x\r\n\r\nabc",
        "POST /dns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "TRACE / HTTP/1.1\r\n\r\n"}) {
    CAPTURE(bytes);
    HttpClient client = served.Connect();
    client.stream.Send(bytes);
    const HttpClient::Response response = client.Read();
    CHECK(response.status >= 400);
    CHECK(response.status < 500);
    CHECK(Contains(response.head, "Connection: close\r\n"));
    CHECK(client.Read().status == 0);
    CHECK(good.Get("/dns/lookup/a./A").status == 200);
  }
}

TEST_CASE("HTTP server: a name that is not ours in Host is refused") {
  const ServedHttp served;
  const auto ask = [&](const std::string& host) {
    HttpClient client = served.Connect();
    client.stream.Send("GET /dns/lookup/a./A HTTP/1.1\r\n" + host + "\r\n");
    return client.Read().status;
  };
  CHECK(ask("Host: evil.example\r\n") == 403);
  CHECK(ask("Host: localhost\r\n") == 200);
  CHECK(ask("Host: 127.0.0.1:1\r\n") == 200);
  CHECK(ask("") == 200);
}

TEST_CASE("HTTP server: pages, and none, and HEAD of them") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const HttpClient::Response page = client.Get("/page");
  CHECK(page.status == 200);
  CHECK(page.body == "a page");
  CHECK(Contains(page.head, "Content-Type: text/plain\r\n"));
  const HttpClient::Response none = client.Get("/none");
  CHECK(none.status == 404);
  CHECK(none.body == R"({"result":false,"error":"no such page"})");
  client.stream.Send("HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const HttpClient::Response head = client.Read(false);
  CHECK(head.status == 200);
  CHECK(Contains(head.head, "Content-Length: 6\r\n"));
  CHECK(client.Get("/page", "Range: bytes=0-1\r\n").body == "a page");
}

TEST_CASE("HTTP server: an error is 503 and the connection lives") {
  int calls = 0;
  const ServedHttp served({}, [&](const Request& request, Reply* reply) {
    reply->error = "nothing loaded yet";
    if (++calls > 1) AnswerAddress(request, reply);
  });
  HttpClient client = served.Connect();
  const HttpClient::Response response = client.Get("/dns/lookup/a./A");
  CHECK(response.status == 503);
  CHECK(response.body == R"({"result":null})");
  CHECK(client.Get("/dns/lookup/a./A").status == 200);
  CHECK(served.log.Count("answered with an error: nothing loaded yet") == 1);
}

TEST_CASE("HTTP server: the peer may ask for the end, or half-close") {
  const ServedHttp served;
  HttpClient close = served.Connect();
  CHECK(close.Get("/dns/lookup/a./A", "Connection: close\r\n").status == 200);
  CHECK(close.Read().status == 0);

  HttpClient half = served.Connect();
  half.stream.Send("GET /dns/lookup/a./A HTTP/1.1\r\nHost: localhost\r\n\r\n");
  half.stream.EndInput();
  CHECK(half.Read().status == 200);
  CHECK(half.Read().status == 0);
  CHECK(served.log.Count() == 0);
}

TEST_CASE("HTTP server: a response in one piece, however large") {
  const std::string text(4 << 20, 'x');
  const ServedHttp served({}, [&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  HttpClient client = served.Connect();
  CHECK(client.Get("/dns/lookup/a./A").body == "{\"result\":\"" + text + "\"}");
}

TEST_CASE("HTTP server: connections beyond the limit get 503, one line") {
  SocketServerOptions options;
  options.max_http_connections = 2;
  const ServedHttp served(options);
  HttpClient first = served.Connect();
  HttpClient second = served.Connect();
  CHECK(first.Get("/dns/lookup/a./A").status == 200);
  CHECK(second.Get("/dns/lookup/a./A").status == 200);
  for (int i = 0; i < 3; ++i) {
    HttpClient third = served.Connect();
    CHECK(third.Read().status == 503);
    CHECK(third.Read().status == 0);
  }
  CHECK(served.log.Count("connection refused: 2 are open") == 1);
  second.stream.Close();
  REQUIRE(WaitUntil([&] { return served.server.connections() == 1; }));
  CHECK(served.Connect().Get("/dns/lookup/a./A").status == 200);
}

TEST_CASE("HTTP server: a hundred connections at once") {
  const ServedHttp served;
  std::vector<HttpClient> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(served.Connect());
  for (HttpClient& client : clients) {
    REQUIRE(client.Get("/dns/lookup/a./A").body == kAnswer);
  }
  CHECK(served.server.connections() == 100);
  clients.clear();
  CHECK(WaitUntil([&] { return served.server.connections() == 0; }));
}

TEST_CASE("HTTP server: the end closes connections, resting or not") {
  ServedHttp served;
  HttpClient resting = served.Connect();
  CHECK(resting.Get("/dns/lookup/a./A").status == 200);
  HttpClient stuck = served.Connect();
  stuck.stream.Send("POST /dns HTTP/1.1\r\nContent-Length: 9\r\n\r\n{");
  REQUIRE(WaitUntil([&] { return served.server.connections() == 2; }));
  served.server.Stop();
  CHECK(resting.Read().status == 0);
  stuck.stream.ReadToEnd();
  CHECK(served.server.connections() == 0);
  CHECK_THROWS(served.Connect());
  served.server.Stop();
}

}  // namespace
}  // namespace groupring::backend
