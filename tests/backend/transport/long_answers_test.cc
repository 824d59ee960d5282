// Answers that take long hold up their own connection only.
#include <future>
#include <string>
#include <vector>

#include "backend/transport/socket_server.h"
#include "tests/backend/transport/served_http.h"
#include "tests/backend/transport/slow_page.h"
#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

const std::string kRemoteLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"A"}})"
    "\n";

// Lookups as AnswerAddress. A command is answered when it is let.
class SlowCommand {
 public:
  FakeHandler::Answer Answer() {
    return [this](const Request& request, Reply* reply) {
      AnswerAddress(request, reply);
      if (request.method != Method::kDirectBackendCmd) return;
      asked.set_value();
      go_on_.wait();
      reply->kind = Reply::Kind::kText;
      reply->text = "slow";
    };
  }
  void GoOn() { let_.set_value(); }

  std::promise<void> asked;

 private:
  std::promise<void> let_;
  std::shared_future<void> go_on_{let_.get_future()};
};

TEST_CASE("socket server: a long answer delays its own connection only") {
  SocketServerOptions options;
  options.threads = 1;
  SlowCommand slow;
  testing::TempDirectory directory;
  const SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers(slow.Answer());
  SocketServer server(options, &handlers, &clock, log.Sink());
  const auto listen = [&](const std::string& path, Protocol protocol) {
    auto listener = ListeningSocket::Open({.address = path, .group = ""});
    REQUIRE(listener.ok());
    server.Listen(*std::move(listener), protocol);
  };
  listen(directory / "remote", Protocol::kRemoteJson);
  listen(directory / "pipe", Protocol::kPipeAbi);
  REQUIRE(server.Start().ok());
  StreamClient waiting = StreamClient::ToUnix(directory / "remote");
  waiting.Send(
      R"({"method":"directBackendCmd","parameters":{"query":"status"}})"
      "\n" +
      kRemoteLookup);
  slow.asked.get_future().wait();
  StreamClient remote = StreamClient::ToUnix(directory / "remote");
  StreamClient pipe = StreamClient::ToUnix(directory / "pipe");
  REQUIRE(pipe.Ask("HELO\t1\n") == "OK\tgroupring\n");
  for (int i = 0; i < 100; ++i) {
    REQUIRE(remote.Ask(kRemoteLookup) == kAnswer + "\n");
    REQUIRE(pipe.Ask("Q\ta\tIN\tANY\t1\t192.0.2.1\n") ==
            "DATA\ta\tIN\tA\t60\t1\t192.0.2.1\n");
    REQUIRE(pipe.ReadLine() == "END\n");
  }
  slow.GoOn();
  CHECK(waiting.ReadLine() == "{\"result\":\"slow\"}\n");
  CHECK(waiting.ReadLine() == kAnswer + "\n");
}

TEST_CASE("HTTP server: long answers to PowerDNS wait for no page") {
  SocketServerOptions options;
  options.threads = 1;
  // More than there are threads for pages.
  std::vector<SlowPage> slow(3);
  const ServedHttp served(options,
                          [](const Request& request, Reply* reply) {
                            AnswerAddress(request, reply);
                            if (request.method != Method::kGetAllDomains)
                              return;
                            reply->kind = Reply::Kind::kDomains;
                            reply->domains.push_back({7, "example.org"});
                          },
                          {{"/slow/0", slow[0].Route()},
                           {"/slow/1", slow[1].Route()},
                           {"/slow/2", slow[2].Route()}});
  std::vector<HttpClient> waiting;
  for (size_t i = 0; i < slow.size(); ++i) {
    waiting.push_back(served.Connect());
    waiting.back().stream.Send("GET /slow/" + std::to_string(i) +
                               " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  slow[0].asked.get_future().wait();
  slow[1].asked.get_future().wait();
  HttpClient client = served.Connect();
  const std::string domains =
      R"({"result":[{"id":7,"zone":"example.org.","kind":"native"}]})";
  CHECK(client.Get("/dns/getAllDomains").body == domains);
  CHECK(client.Post("/dns", R"({"method":"getAllDomains","parameters":{}})")
            .body == domains);
  for (SlowPage& page : slow) page.GoOn();
  for (HttpClient& each : waiting) CHECK(each.Read().body == "slow");
}

// More than the kernel keeps for a peer.
constexpr size_t kMany = size_t{16} << 20;

TEST_CASE("socket server: a very long answer arrives whole and in its place") {
  const std::string text(kMany, 'x');
  testing::TempDirectory directory;
  const SystemClock clock;
  LogLines log;
  FakeHandlerFactory handlers([&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.method != Method::kDirectBackendCmd) return;
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  SocketServer server({}, &handlers, &clock, log.Sink());
  auto listener =
      ListeningSocket::Open({.address = directory / "remote", .group = ""});
  REQUIRE(listener.ok());
  server.Listen(*std::move(listener), Protocol::kRemoteJson);
  REQUIRE(server.Start().ok());
  StreamClient client = StreamClient::ToUnix(directory / "remote");
  const std::string command =
      R"({"method":"directBackendCmd","parameters":{"query":"status"}})"
      "\n";
  client.Send(kRemoteLookup + command + kRemoteLookup + command);
  for (int i = 0; i < 2; ++i) {
    CHECK(client.ReadLine() == kAnswer + "\n");
    CHECK(client.ReadLine() == "{\"result\":\"" + text + "\"}\n");
  }
}

TEST_CASE("HTTP server: answers that nobody reads take a bounded memory") {
  SocketServerOptions options;
  options.answer_memory = 4 * kMany;  // of which people may take three parts
  options.memory_for_one = kMany / 4;
  // Nobody is closed for not reading, however slow this machine is.
  options.http_timeout = 10 * testing::kPatience;
  const std::string text(kMany, 'x');
  ServedHttp served(options,
                    [](const Request& request, Reply* reply) {
                      AnswerAddress(request, reply);
                      if (request.method != Method::kGetAllDomains) return;
                      reply->kind = Reply::Kind::kDomains;
                    },
                    {{"/long", [&](const HttpRequest&) {
                        return HttpResponse{200, "text/plain", text};
                      }}});
  const auto holds = [&](size_t answers) {
    return WaitUntil([&] {
      const size_t used = served.server.answer_memory_used();
      // Their heads come on top.
      return used >= answers * kMany && used < answers * kMany + 4096;
    });
  };
  std::vector<HttpClient> readers;
  for (size_t i = 0; i < 3; ++i) {
    readers.push_back(served.Connect());
    readers.back().stream.Send("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(holds(i + 1));
  }
  HttpClient other = served.Connect();
  const HttpClient::Response refused = other.Get("/long");
  CHECK(refused.status == 503);
  CHECK(refused.body.find("[listen] report_memory_mb") != std::string::npos);
  CHECK(WaitUntil([&] {
    return served.log.Count(
               "answered with an error: answers that were asked") == 1;
  }));
  // What PowerDNS and watchdogs ask is answered all the same.
  CHECK(other.Get("/dns/getAllDomains").body == "{\"result\":[]}");
  CHECK(other.Get("/readyz").status == 200);
  CHECK(other.Post("/dns", kRemoteLookup).body == kAnswer);

  CHECK(readers[0].Read().body == text);
  REQUIRE(holds(2));
  CHECK(other.Get("/long").body == text);
  REQUIRE(holds(2));
  readers.clear();
  CHECK(WaitUntil([&] { return served.server.answer_memory_used() == 0; }));
}

}  // namespace
}  // namespace groupring::backend
