// HTTP connections share their threads, and slow ones hold up nobody.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/backend/transport/http_client.h"
#include "tests/backend/transport/served_http.h"
#include "tests/backend/transport/slow_page.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

const std::string kLookup =
    R"({"method":"lookup","parameters":{"qname":"a.","qtype":"ANY"}})";
const std::string kInitialize = R"({"method":"initialize","parameters":{}})";

std::string PostOf(const std::string& body) {
  return "POST /dns HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

size_t ThreadsOfThisProcess() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(threads), end(threads)));
}

TEST_CASE(
    "HTTP server: 512 idle or slow connections have no threads of their own "
    "and delay no question") {
  constexpr size_t kOthers = 512;
  SocketServerOptions options;
  options.threads = 3;
  options.max_http_connections = kOthers + 1;
  options.http_timeout = std::chrono::minutes(10);
  const ServedHttp served(options);
  HttpClient asking = served.Connect();
  REQUIRE(asking.Post("/dns", kLookup).body == kAnswer);
  const size_t before = ThreadsOfThisProcess();

  // One never says anything, one has been answered, one stops within a request
  // line and one within a body.
  const std::string post = PostOf(kLookup);
  std::vector<HttpClient> others;
  for (size_t i = 0; i < kOthers; i += 4) {
    for (int kind = 0; kind < 4; ++kind) others.push_back(served.Connect());
    HttpClient& answered = others[i + 1];
    REQUIRE(answered.Post("/dns", kLookup).body == kAnswer);
    REQUIRE(answered.Get("/dns/lookup/a./ANY").body == kAnswer);
    REQUIRE(answered.Get("/page").body == "a page");
    others[i + 2].stream.Send("GET /pa");
    others[i + 3].stream.Send(post.substr(0, post.size() - 5));
  }
  CHECK(WaitUntil([&] { return served.server.connections() == kOthers + 1; }));

  for (int i = 0; i < 100; ++i) {
    REQUIRE(asking.Post("/dns", kLookup).body == kAnswer);
    REQUIRE(asking.Get("/dns/lookup/a./ANY").body == kAnswer);
  }
  CHECK(asking.Get("/page").body == "a page");
  CHECK(ThreadsOfThisProcess() == before);

  for (size_t i = 0; i < kOthers; i += 4) {
    REQUIRE(others[i].Post("/dns", kLookup).body == kAnswer);
    others[i + 2].stream.Send("ge HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(others[i + 2].Read().body == "a page");
    others[i + 3].stream.Send(post.substr(post.size() - 5));
    REQUIRE(others[i + 3].Read().body == kAnswer);
  }
  CHECK(ThreadsOfThisProcess() == before);
  others.clear();
  CHECK(WaitUntil([&] { return served.server.connections() == 1; }));
}

TEST_CASE("HTTP server: slow pages delay no question") {
  SocketServerOptions options;
  options.threads = 1;
  std::vector<SlowPage> slow(3);
  const ServedHttp served(options, AnswerAddress,
                          {{"/slow/0", slow[0].Route()},
                           {"/slow/1", slow[1].Route()},
                           {"/slow/2", slow[2].Route()}});
  std::vector<HttpClient> waiting;
  for (size_t i = 0; i < slow.size(); ++i) {
    waiting.push_back(served.Connect());
    // The connection itself has to wait.
    waiting.back().stream.Send("GET /slow/" + std::to_string(i) +
                               " HTTP/1.1\r\nHost: localhost\r\n\r\n" +
                               PostOf(kLookup));
  }
  slow[0].asked.get_future().wait();
  slow[1].asked.get_future().wait();
  HttpClient client = served.Connect();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(client.Post("/dns", kLookup).body == kAnswer);
    REQUIRE(client.Get("/dns/lookup/a./ANY").body == kAnswer);
  }
  for (SlowPage& page : slow) page.GoOn();
  for (HttpClient& each : waiting) {
    CHECK(each.Read().body == "slow");
    CHECK(each.Read().body == kAnswer);
  }
  CHECK(client.Get("/page").body == "a page");
}

TEST_CASE("HTTP server: who asks for a slow page may leave") {
  SlowPage slow;
  const ServedHttp served({}, AnswerAddress, {{"/slow", slow.Route()}});
  {
    HttpClient leaving = served.Connect();
    leaving.stream.Send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    slow.asked.get_future().wait();
  }
  CHECK(served.Connect().Post("/dns", kLookup).body == kAnswer);
  slow.GoOn();
  CHECK(WaitUntil([&] { return served.server.connections() == 0; }));
}

TEST_CASE("HTTP server: a page that fails is 500") {
  const ServedHttp served({}, AnswerAddress,
                          {{"/bad", [](const HttpRequest&) -> HttpResponse {
                              throw std::runtime_error("broken");
                            }}});
  HttpClient client = served.Connect();
  const HttpClient::Response response = client.Get("/bad");
  CHECK(response.status == 500);
  CHECK(response.body == R"({"result":false,"error":"broken"})");
  CHECK(client.Post("/dns", kLookup).body == kAnswer);
}

TEST_CASE(
    "HTTP server: an error to a post is met once and moves no connection") {
  std::atomic<int> calls = 0;
  const ServedHttp served({}, [&](const Request& request, Reply* reply) {
    if (++calls == 2) {
      reply->error = "nothing loaded yet";
    } else {
      AnswerAddress(request, reply);
    }
  });
  HttpClient client = served.Connect();
  REQUIRE(client.Post("/dns", kLookup).body == kAnswer);
  const size_t before = ThreadsOfThisProcess();
  const HttpClient::Response error = client.Post("/dns", kLookup);
  CHECK(error.status == 503);
  CHECK(error.body == R"({"result":null})");
  CHECK(client.Post("/dns", kLookup).body == kAnswer);
  CHECK(calls == 3);
  CHECK(ThreadsOfThisProcess() == before);
  CHECK(served.log.Count("answered with an error: nothing loaded yet") == 1);
}

TEST_CASE("HTTP server: posts and other requests in one go keep their order") {
  const ServedHttp served;
  HttpClient client = served.Connect();
  const std::string page = "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.stream.Send(PostOf(kLookup) + PostOf(kInitialize) + page +
                     PostOf(kLookup) + PostOf(kLookup).substr(0, 30));
  CHECK(client.Read().body == kAnswer);
  CHECK(client.Read().body == R"({"result":false})");
  CHECK(client.Read().body == "a page");
  CHECK(client.Read().body == kAnswer);
  client.stream.Send(PostOf(kLookup).substr(30));
  CHECK(client.Read().body == kAnswer);
}

TEST_CASE("HTTP server: what comes while others are served is answered") {
  std::promise<void> holding;
  std::promise<void> go_on;
  const ServedHttp served({}, [&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.qname != "hold.") return;
    holding.set_value();
    go_on.get_future().wait();
  });
  HttpClient much = served.Connect();
  HttpClient last = served.Connect();
  REQUIRE(much.Post("/dns", kLookup).body == kAnswer);
  REQUIRE(last.Post("/dns", kLookup).body == kAnswer);
  HttpClient other = served.Connect();
  other.stream.Send(
      PostOf(R"({"method":"lookup","parameters":{"qname":"hold."}})"));
  holding.get_future().wait();
  // More than one read takes, which ends where a request does; and a last one
  // with the end behind it.
  constexpr int kPosts = 500;
  const size_t missing = 256 - PostOf(kLookup).size();
  const std::string post = PostOf(kLookup + std::string(missing - 1, ' '));
  REQUIRE(post.size() == 256);
  std::string posts;
  for (int i = 0; i < kPosts; ++i) posts += post;
  much.stream.Send(posts);
  last.stream.Send(PostOf(kLookup));
  last.stream.EndInput();
  go_on.set_value();
  for (int i = 0; i < kPosts; ++i) REQUIRE(much.Read().body == kAnswer);
  CHECK(last.Read().body == kAnswer);
  CHECK(last.stream.ReadToEnd().empty());
}

TEST_CASE("HTTP server: who does not read an answer holds nobody up") {
  // More than the kernel keeps for a peer.
  const std::string text(16 << 20, 'x');
  const ServedHttp served({}, [&](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.qname != "large.") return;
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  HttpClient slow = served.Connect();
  slow.stream.Send(
      PostOf(R"({"method":"lookup","parameters":{"qname":"large."}})") +
      PostOf(kLookup));
  HttpClient other = served.Connect();
  CHECK(other.Post("/dns", kLookup).body == kAnswer);

  CHECK(slow.Read().body == "{\"result\":\"" + text + "\"}");
  CHECK(slow.Read().body == kAnswer);
}

TEST_CASE("HTTP server: an answer has to be read in time") {
  SocketServerOptions options;
  options.http_timeout = std::chrono::milliseconds(20);
  const std::string text(16 << 20, 'x');
  const ServedHttp served(options, [&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  HttpClient slow = served.Connect();
  slow.stream.Send(PostOf(kLookup));
  CHECK(WaitUntil([&] {
    return served.log.Count("connection closed: an answer is not read") == 1;
  }));
  CHECK(slow.stream.ReadToEnd().size() < text.size());
  CHECK(WaitUntil([&] { return served.server.connections() == 0; }));
}

}  // namespace
}  // namespace groupring::backend
