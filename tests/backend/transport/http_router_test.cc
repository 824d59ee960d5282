#include "backend/transport/http_router.h"

#include <string>
#include <utility>

#include "tests/backend/protocol/fake_handler.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

HttpRequest Ask(std::string verb, std::string target, std::string body = {}) {
  return {std::move(verb), std::move(target), {}, std::move(body)};
}

TEST_CASE("HTTP: PowerDNS' requests go to the handler") {
  const HttpRouter router;
  FakeHandler handler(AnswerAddress);
  std::string fault;
  const HttpResponse response =
      router.Answer(Ask("GET", "/dns/lookup/a./ANY"), &handler, &fault);
  CHECK(response.status == 200);
  CHECK(response.body.find("192.0.2.1") != std::string::npos);
  REQUIRE(handler.asked.size() == 1);
  CHECK(handler.asked[0].qname == "a.");
  CHECK(fault.empty());
}

TEST_CASE("HTTP: an error is 503 and leaves its reason") {
  const HttpRouter router;
  FakeHandler handler([](const Request&, Reply* reply) {
    reply->error = "nothing loaded yet";
  });
  std::string fault;
  const HttpResponse response =
      router.Answer(Ask("GET", "/dns/lookup/a./ANY"), &handler, &fault);
  CHECK(response.status == 503);
  CHECK(response.body == R"({"result":null})");
  CHECK(fault == "nothing loaded yet");
}

TEST_CASE("HTTP: a request that PowerDNS would not send is 400") {
  const HttpRouter router;
  FakeHandler handler(AnswerAddress);
  std::string fault;
  const HttpResponse response =
      router.Answer(Ask("POST", "/dns", "{"), &handler, &fault);
  CHECK(response.status == 400);
  CHECK(response.body == R"({"result":false,"error":"not JSON at byte 2"})");
  CHECK(fault == "not JSON at byte 2");
  CHECK(handler.asked.empty());
}

TEST_CASE("HTTP: pages are found by their whole path, and only read") {
  HttpRouter router;
  router.Add("/page", [](const HttpRequest& request) {
    return HttpResponse{200, "text/plain", std::string(request.Query())};
  });
  FakeHandler handler(AnswerAddress);
  std::string fault;
  const auto status = [&](const char* verb, const char* target) {
    return router.Answer(Ask(verb, target), &handler, &fault).status;
  };
  const HttpResponse page =
      router.Answer(Ask("GET", "/page?a=b"), &handler, &fault);
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/plain");
  CHECK(page.body == "a=b");
  CHECK(status("HEAD", "/page") == 200);
  CHECK(status("POST", "/page") == 405);
  CHECK(status("GET", "/page/") == 404);
  CHECK(status("GET", "/") == 404);
  CHECK(status("GET", "/dnsx") == 404);
  CHECK(router.Answer(Ask("GET", "/"), &handler, &fault).body ==
        R"({"result":false,"error":"no such page"})");
}

TEST_CASE("HTTP: hosts are addresses, localhost or names that were given") {
  const HttpRouter router({"ns1.example.org"});
  for (const char* host : {"127.0.0.1", "127.0.0.1:8470", "[::1]", "[::1]:8470",
                           "::1", "localhost", "LocalHost:8470", "192.0.2.1",
                           "ns1.example.org", "NS1.example.org:8470"}) {
    CAPTURE(host);
    CHECK(router.IsHostAllowed(host));
  }
  for (const char* host :
       {"", "example.org", "localhost.example.org", "127.0.0.1.example.org",
        "x:127.0.0.1", "[localhost]x", "ns1.example.org.evil.example",
        "127.0.0.1\r\nx"}) {
    CAPTURE(host);
    CHECK_FALSE(router.IsHostAllowed(host));
  }
}

TEST_CASE("HTTP: an error message cannot break its JSON") {
  CHECK(HttpError(400, "a\"\n").body == R"({"result":false,"error":"a\"\n"})");
}

}  // namespace
}  // namespace groupring::backend
