// Connections that only post, and what becomes of one that does more.
#include "backend/transport/http_front.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <iterator>
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
const std::string kInitialize = R"({"method":"initialize","parameters":{}})";

std::string PostOf(const std::string& body) {
  return "POST /dns HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

size_t ThreadsOfThisProcess() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(threads), end(threads)));
}

TEST_CASE("HTTP server: connections that only post share their threads") {
  HttpServerOptions options;
  options.threads = 3;
  const ServedHttp served(options);
  HttpClient odd = served.Connect();
  REQUIRE(odd.Post("/dns", kLookup).body == kAnswer);
  const size_t before = ThreadsOfThisProcess();
  std::vector<HttpClient> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(served.Connect());
  for (int round = 0; round < 3; ++round) {
    for (HttpClient& client : clients) {
      REQUIRE(client.Post("/dns", kLookup).body == kAnswer);
    }
  }
  CHECK(ThreadsOfThisProcess() == before);

  // Whoever asks anything else gets one, and may go on posting.
  CHECK(odd.Get("/page").body == "a page");
  CHECK(ThreadsOfThisProcess() == before + 1);
  CHECK(odd.Post("/dns", kLookup).body == kAnswer);
  CHECK(served.server.connections() == 51);
  clients.clear();
  CHECK(WaitUntil([&] { return served.server.connections() == 1; }));
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

}  // namespace
}  // namespace groupring::backend
