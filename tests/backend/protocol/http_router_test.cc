#include "backend/protocol/http_router.h"

#include <string>
#include <utility>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

HttpRequest Ask(std::string verb, std::string target, std::string body = {}) {
  return {std::move(verb), std::move(target), {}, std::move(body)};
}

TEST_CASE("HTTP: pages are found by their whole path, and only read") {
  HttpRouter router;
  router.Add("/page", [](const HttpRequest& request) {
    return HttpResponse{200, "text/plain", std::string(request.Query())};
  });
  const auto status = [&](const char* verb, const char* target) {
    return router.Answer(Ask(verb, target)).status;
  };
  const HttpResponse page = router.Answer(Ask("GET", "/page?a=b"));
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/plain");
  CHECK(page.body == "a=b");
  CHECK(status("HEAD", "/page") == 200);
  CHECK(status("POST", "/page") == 405);
  CHECK(status("GET", "/page/") == 404);
  CHECK(status("GET", "/") == 404);
  CHECK(status("GET", "/dnsx") == 404);
  CHECK(router.Answer(Ask("GET", "/")).body ==
        R"({"result":false,"error":"no such page"})");
}

TEST_CASE("HTTP: hosts are addresses, localhost or names that were given") {
  const HttpRouter router({"ns1.example.org"});
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:8470", "[::1]", "[::1]:8470",
        "localhost:", "::1", "localhost", "LocalHost:8470", "192.0.2.1",
        "ns1.example.org", "NS1.example.org:8470"}) {
    CAPTURE(host);
    CHECK(router.IsHostAllowed(host));
  }
  for (const char* host :
       {"", "example.org", "localhost.example.org", "127.0.0.1.example.org",
        "x:127.0.0.1", "[localhost]x", "ns1.example.org.evil.example",
        "127.0.0.1\r\nx", "127.0.0.1:x", "127.0.0.1:80:90", "[::1", "::1x"}) {
    CAPTURE(host);
    CHECK_FALSE(router.IsHostAllowed(host));
  }
}

TEST_CASE("HTTP: an error message cannot break its JSON") {
  CHECK(HttpError(400, "a\"\n").body == R"({"result":false,"error":"a\"\n"})");
}

}  // namespace
}  // namespace groupring::backend
