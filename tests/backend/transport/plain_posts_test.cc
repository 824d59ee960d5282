#include "backend/transport/plain_posts.h"

#include <string>

#include "tests/backend/protocol/fake_handler.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

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

struct Answered {
  size_t size;
  std::string responses;
  std::string fault;
};

Answered Answer(const std::string& bytes,
                const FakeHandler::Answer& answer = AnswerAddress) {
  FakeHandler handler(answer);
  const HttpRouter router;
  Answered answered;
  answered.size = PlainPosts(&router, &handler)
                      .Answer(bytes, &answered.responses, &answered.fault);
  return answered;
}

TEST_CASE("plain posts: one, and several in order") {
  const std::string one = Post("a.");
  CHECK(Answer(one).size == one.size());
  CHECK(Answer(one).responses == ResponseTo("a."));
  const std::string several = Post("a.") + Post("b.") + Post("ccc.");
  CHECK(Answer(several).size == several.size());
  CHECK(Answer(several).responses ==
        ResponseTo("a.") + ResponseTo("b.") + ResponseTo("ccc."));
}

TEST_CASE("plain posts: what is not one is left, and all behind it") {
  const std::string first = Post("a.");
  const std::string other =
      GENERATE(std::string(), std::string("GET / HTTP/1.1\r\n\r\n"),
               std::string("\r\n"), Post("b.").substr(0, 40),
               Post("b.", "/dns/lookup"), Post("b.", "/dns", "elsewhere.test"));
  INFO(other);
  const Answered answered =
      Answer(first + other + (other.empty() ? "" : first));
  CHECK(answered.size == first.size());
  CHECK(answered.responses == ResponseTo("a."));
}

TEST_CASE("plain posts: after a long response the others have to wait") {
  const std::string text(100'000, 'x');
  const std::string post = Post("a.");
  const Answered answered =
      Answer(post + post + post, [&](const Request&, Reply* reply) {
        reply->kind = Reply::Kind::kText;
        reply->text = text;
      });
  CHECK(answered.size == post.size());
  CHECK(answered.responses.size() < 2 * text.size());
}

TEST_CASE("plain posts: one that fails is answered 503, and reported") {
  CHECK(Answer(Post("a.")).fault.empty());
  const std::string post = Post("bad.");
  const std::string body = R"({"result":null})";
  const Answered answered =
      Answer(post + Post("a."), [](const Request& request, Reply* reply) {
        AnswerAddress(request, reply);
        if (request.qname != "bad.") return;
        reply->kind = Reply::Kind::kError;
        reply->error = "nothing loaded yet";
      });
  CHECK(answered.size == post.size() + Post("a.").size());
  CHECK(answered.responses ==
        "HTTP/1.1 503 Service Unavailable\r\n"
        "Content-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body + ResponseTo("a."));
  CHECK(answered.fault == "nothing loaded yet");
}

TEST_CASE("plain posts: a host is judged anew when it changes") {
  const std::string mine = Post("a.");
  const std::string other = Post("a.", "/dns", "127.0.0.1:8470");
  const std::string bad = Post("a.", "/dns", "elsewhere.test");
  CHECK(Answer(mine + other + mine).size == 2 * mine.size() + other.size());
  CHECK(Answer(mine + bad).size == mine.size());
}

}  // namespace
}  // namespace groupring::backend
