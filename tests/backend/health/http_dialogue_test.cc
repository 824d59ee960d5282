#include "backend/health/http_dialogue.h"

#include "tests/backend/health/dialogue_script.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::ProbeKind;
using redis::VerdictReason;
using Strings = std::vector<std::string>;

// Asked for "/" at 192.0.2.1.
const Strings kAsked = {"GET / HTTP/1.1",        "Host: 192.0.2.1",
                        "User-Agent: groupring", "Accept: */*",
                        "Connection: close",     ""};

TEST_CASE("http: the status decides") {
  struct Case {
    Strings script;
    VerdictReason reason;
    std::string text;
  };
  const std::vector<Case> cases = {
      {{"HTTP/1.1 200 OK\r\n\r\nbody", "*end"},
       VerdictReason::kOk,
       "HTTP/1.1 200 OK"},
      {{"HTTP/1.1 302 Found\r\n\r\n", "*end"},
       VerdictReason::kOk,
       "HTTP/1.1 302 Found"},
      {{"HTTP/1.1 404 Not Found\r\n\r\n", "*end"},
       VerdictReason::kHttpStatus,
       "HTTP/1.1 404 Not Found"},
      {{"HTTP/1.1 503 Service Unavailable\r\n\r\n", "*end"},
       VerdictReason::kHttpStatus,
       "HTTP/1.1 503 Service Unavailable"},
      {{"*expire"},
       VerdictReason::kGreetingTimeout,
       "no response to GET in time"},
      {{"HTTP/1.1 2", "*end"},
       VerdictReason::kClosedUngreeted,
       "closed by the server: no response to GET"},
      {{"220 ftp.example.org\r\n"},
       VerdictReason::kBadGreeting,
       "no status line of HTTP/1: 220 ftp.example.org"}};
  for (const Case& one : cases) {
    for (const size_t piece : {SIZE_MAX, size_t{1}}) {
      INFO(one.script[0] << " in pieces of " << piece);
      const Played played =
          Play(RequestFor(ProbeKind::kHttp), one.script, piece);
      Strings actions = kAsked;
      actions.push_back("*close");
      CHECK(played.actions == actions);
      CHECK(played.reason == one.reason);
      CHECK(played.text == one.text);
    }
  }
}

TEST_CASE("http: STATUS says which codes pass") {
  ProbeRequest request = RequestFor(ProbeKind::kHttp);
  request.check.status = {{200, 200}, {404, 410}};
  const auto reason = [&request](const std::string& line) {
    return Play(request, {line + "\r\n"}).reason;
  };
  CHECK(reason("HTTP/1.1 200 OK") == VerdictReason::kOk);
  CHECK(reason("HTTP/1.1 410 Gone") == VerdictReason::kOk);
  CHECK(reason("HTTP/1.1 201 Created") == VerdictReason::kHttpStatus);
}

TEST_CASE("http: Host is the name, or the address with its port") {
  const auto host = [](const ProbeRequest& request) {
    return Play(request, {}).actions[1];
  };
  ProbeRequest request = RequestFor(ProbeKind::kHttp, "2001:db8::1");
  CHECK(host(request) == "Host: [2001:db8::1]");
  request.probe.port = 8080;
  CHECK(host(request) == "Host: [2001:db8::1]:8080");
  request.check.tls_name = "ftp.example.org";
  CHECK(host(request) == "Host: ftp.example.org:8080");
  request.probe.path = "/health";
  CHECK(Play(request, {}).actions[0] == "GET /health HTTP/1.1");
}

TEST_CASE("https: TLS stands before the question") {
  const Played played =
      Play(RequestFor(ProbeKind::kHttps),
           {"*secured", "HTTP/1.1 200 OK\r\n", "*end"}, SIZE_MAX, SoundFacts());
  REQUIRE(played.actions.size() > 2);
  CHECK(played.actions[0] == "*tls");
  CHECK(played.actions[1] == "GET / HTTP/1.1");
  CHECK(played.reason == VerdictReason::kOk);
}

TEST_CASE("of a long body no more is read than is polite") {
  const Played played =
      Play(RequestFor(ProbeKind::kHttp),
           {"HTTP/1.1 200 OK\r\n\r\n", std::string(70000, 'x')});
  CHECK(played.actions.back() == "*close");
  CHECK(played.reason == VerdictReason::kOk);
}

TEST_CASE("tcp: the connection is enough") {
  const Played played = Play(RequestFor(ProbeKind::kTcp), {});
  CHECK(played.actions == Strings{"*close"});
  CHECK(played.reason == VerdictReason::kOk);
}

}  // namespace
}  // namespace groupring::backend
