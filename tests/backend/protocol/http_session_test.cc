#include "backend/protocol/http_session.h"

#include <string>
#include <string_view>
#include <utility>

#include "tests/backend/protocol/fake_handler.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr size_t kNoLimit = size_t{1} << 30;

std::string Post(const std::string& qname, const std::string& target = "/dns",
                 const std::string& host = "localhost") {
  const std::string body =
      R"({"method":"lookup","parameters":{"qname":")" + qname + R"("}})";
  return "POST " + target + " HTTP/1.1\r\nHost: " + host +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string ResponseTo(const std::string& qname) {
  const std::string body =
      R"({"result":[{"qtype":"A","qname":")" + qname +
      R"(","content":"192.0.2.1","ttl":60,"scopeMask":24,"domain_id":1}]})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class Conversation {
 public:
  explicit Conversation(FakeHandler::Answer answer = AnswerAddress)
      : handler(std::move(answer)),
        exchange(&handler),
        context(&router, &exchange),
        session({}, &context) {
    router.Add("/page", [](const HttpRequest& request) {
      return HttpResponse{200, "text/plain", request.target};
    });
  }

  std::string Feed(std::string_view bytes, size_t soft_limit = kNoLimit) {
    std::string out;
    session.Feed(bytes, soft_limit, &out);
    return out;
  }

  // As Feed, and does the work that comes of it.
  std::string FeedAndWork(std::string_view bytes) {
    std::string out = Feed(bytes);
    while (session.waiting()) {
      session.TakeWork()->Make();
      session.EndWait();
      out += Feed({});
    }
    return out;
  }

  HttpRouter router;
  FakeHandler handler;
  Exchange exchange;
  HttpSession::Context context;
  HttpSession session;
};

TEST_CASE("HTTP session: plain posts, one, and several in order") {
  Conversation talk;
  CHECK(talk.Feed(Post("a.")) == ResponseTo("a."));
  CHECK(talk.Feed(Post("a.") + Post("b.") + Post("ccc.")) ==
        ResponseTo("a.") + ResponseTo("b.") + ResponseTo("ccc."));
  CHECK_FALSE(talk.session.HasUnfinished());
}

TEST_CASE("HTTP session: however the bytes are cut, the answers are the same") {
  const auto piece = static_cast<size_t>(GENERATE(1, 2, 7, 64, 100000));
  CAPTURE(piece);
  const std::string chunked =
      "POST /dns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n11;x=y\r\n{\"method\":\"lookup\r\n"
      "1e\r\n\",\"parameters\":{\"qname\":\"b.\"}}\r\n0\r\nTrailer: 1\r\n\r\n";
  const std::string requests =
      Post("a.") + "\r\nGET /page?1 HTTP/1.1\r\nHost: localhost\r\n\r\n" +
      "POST /dns/lookup HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
      "14\r\n\r\nqname=b.&x=%20" +
      chunked +
      "DELETE /dns/lookup/b./ANY HTTP/1.1\r\nHost: localhost\r\n\r\n" +
      "HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n" + Post("c.");
  Conversation talk;
  std::string out;
  for (size_t i = 0; i < requests.size(); i += piece) {
    out += talk.FeedAndWork(std::string_view(requests).substr(i, piece));
  }
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
  CHECK(out == ResponseTo("a.") + head + "7\r\n\r\n/page?1" + ResponseTo("b.") +
                   ResponseTo("b.") + ResponseTo("b.") + head + "5\r\n\r\n" +
                   ResponseTo("c."));
  CHECK_FALSE(talk.session.closed());
  CHECK_FALSE(talk.session.HasUnfinished());
}

TEST_CASE("HTTP session: after a long response the others have to wait") {
  const std::string text(100'000, 'x');
  Conversation talk([&](const Request&, Reply* reply) {
    reply->kind = Reply::Kind::kText;
    reply->text = text;
  });
  const std::string post = Post("a.");
  CHECK(talk.Feed(post + post + post, 65536).size() < 2 * text.size());
  CHECK(talk.session.HasMore());
  CHECK(talk.Feed({}, 65536).size() < 2 * text.size());
  CHECK(talk.Feed({}, 65536).size() > text.size());
  CHECK_FALSE(talk.session.HasMore());
}

TEST_CASE("HTTP session: a post that fails is answered 503, and reported") {
  const std::string body = R"({"result":null})";
  Conversation talk([](const Request& request, Reply* reply) {
    AnswerAddress(request, reply);
    if (request.qname != "bad.") return;
    reply->kind = Reply::Kind::kError;
    reply->error = "nothing loaded yet";
  });
  CHECK(talk.Feed(Post("bad.") + Post("a.")) ==
        "HTTP/1.1 503 Service Unavailable\r\n"
        "Content-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body + ResponseTo("a."));
  CHECK(talk.session.TakeFault() == "nothing loaded yet");
  CHECK_FALSE(talk.session.TakeFault());
}

TEST_CASE("HTTP session: a host is judged again when it changes") {
  Conversation talk;
  const std::string other = Post("b.", "/dns", "127.0.0.1:8470");
  CHECK(talk.Feed(Post("a.") + other + Post("c.")) ==
        ResponseTo("a.") + ResponseTo("b.") + ResponseTo("c."));
  CHECK(talk.Feed(Post("a.", "/dns", "elsewhere.test"))
            .starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(talk.session.close_reason() == "request refused with status 403");
}

TEST_CASE("HTTP session: a page is waited for, and what follows it with it") {
  Conversation talk;
  const std::string page = "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";
  CHECK(talk.Feed(Post("a.") + page + Post("b.")) == ResponseTo("a."));
  REQUIRE(talk.session.waiting());
  CHECK_FALSE(talk.session.HasUnfinished());
  talk.session.TakeWork()->Make();
  CHECK_FALSE(talk.session.TakeWork());
  // Another session begins with the page.
  CHECK(talk.session.Release().unread == page + Post("b."));
}

TEST_CASE("HTTP session: a request cut short is refused, unless it is none") {
  const auto [begun, status] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"GET /page HT", ""},
      {"GET /page HTTP/1.1\r\nHost: loc", "400"},
      {Post("a.").substr(0, Post("a.").size() - 1), "400"},
  }));
  CAPTURE(begun);
  Conversation talk;
  CHECK(talk.Feed(begun).empty());
  CHECK(talk.session.HasUnfinished() == !begun.empty());
  std::string out;
  talk.session.Cut(CloseCause::kCutRequest, "cut", &out);
  CHECK(talk.session.closed());
  CHECK(talk.session.close_reason() == (begun.empty() ? "" : "cut"));
  if (status.empty()) {
    CHECK(out.empty());
  } else {
    CHECK(out.starts_with("HTTP/1.1 " + status));
    CHECK(out.find("Connection: close\r\n") != out.npos);
  }
}

TEST_CASE("HTTP session: a target with scheme and host is one without") {
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
  const auto [target, host, answer] =
      GENERATE_COPY(table<std::string, std::string, std::string>({
          {"http://localhost:8470/page?1", "localhost",
           head + "7\r\n\r\n/page?1"},
          // What the target says goes before the header.
          {"HTTP://localhost/page", "elsewhere.test", head + "5\r\n\r\n/page"},
          {"http://elsewhere.test/page", "localhost", "HTTP/1.1 403 "},
          {"http:///page", "localhost", "HTTP/1.1 403 "},
      }));
  CAPTURE(target, host);
  Conversation talk;
  CHECK(talk.FeedAndWork("GET " + target + " HTTP/1.1\r\nHost: " + host +
                         "\r\n\r\n")
            .starts_with(answer));
}

TEST_CASE("HTTP session: two Host headers are refused") {
  Conversation talk;
  CHECK(talk.Feed("GET /page HTTP/1.1\r\nHost: localhost\r\nHost: "
                  "localhost\r\n\r\n")
            .starts_with("HTTP/1.1 400 "));
  CHECK(talk.session.closed());
}

}  // namespace
}  // namespace groupring::backend
