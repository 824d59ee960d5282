#include "backend/protocol/plain_http.h"

#include <string>
#include <string_view>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// Byte for byte what PowerDNS 4.7 sends.
const std::string kHead =
    "POST /dns HTTP/1.1\r\nAccept: application/json\r\n"
    "Connection: Keep-Alive\r\nContent-Length: 9\r\n"
    "Content-Type: text/javascript; charset=utf-8\r\nHost: 127.0.0.1\r\n"
    "User-Agent: YaHTTP v1.0\r\n\r\n";
const std::string kBody = "{\"a\": 1}\n";

bool IsPlain(std::string_view bytes) {
  PlainPost post;
  return ReadPlainPost(bytes, &post);
}

// The request with one text in place of another.
std::string With(const std::string& from, const std::string& to) {
  std::string bytes = kHead + kBody;
  const size_t at = bytes.find(from);
  REQUIRE(at != bytes.npos);
  return bytes.replace(at, from.size(), to);
}

TEST_CASE("what PowerDNS posts all the time is plain") {
  const std::string bytes = kHead + kBody;
  PlainPost post;
  REQUIRE(ReadPlainPost(bytes, &post));
  CHECK(post.target == "/dns");
  CHECK(post.host == "127.0.0.1");
  CHECK(post.body == kBody);
  CHECK(post.size == bytes.size());
}

TEST_CASE("a plain request ends where the next one begins") {
  const std::string bytes = kHead + kBody + "POST /dns";
  PlainPost post;
  REQUIRE(ReadPlainPost(bytes, &post));
  CHECK(bytes.substr(post.size) == "POST /dns");
}

TEST_CASE("a request that is not all there is not plain") {
  const std::string whole = kHead + kBody;
  for (size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(IsPlain(std::string_view(whole).substr(0, size)));
  }
}

TEST_CASE("a request that HTTP has more to say about is not plain") {
  const std::pair<const char*, const char*> changes[] = {
      {"POST", "PUT"},
      {"POST /dns", "POST dns"},
      {"POST /dns", "POST /d ns"},
      {"HTTP/1.1", "HTTP/1.0"},
      {"Keep-Alive", "close"},
      {"Length: 9", "Length: -9"},
      {"Length: 9", "Length: 9 "},
      {"Length: 9", "Length: 9\r\nContent-Length: 9"},
      {"Length: 9", "Length: 99999999999999999999999"},
      {"Content-Length: 9\r\n", ""},
      {"Content-Length: 9", "Transfer-Encoding: chunked"},
      {"User-Agent: ", "Transfer-Encoding: chunked\r\nUser-Agent: "},
      {"User-Agent: ", "Expect: 100-continue\r\nUser-Agent: "},
      {"User-Agent: ", "Content-Encoding: gzip\r\nUser-Agent: "},
      {"User-Agent: ", " folded: x\r\nUser-Agent: "},
      {"text/javascript", "multipart/form-data"},
      {"Host: 127.0.0.1\r\n", ""},
      {"Host: 127.0.0.1", "Host: 127.0.0.1\r\nHost: localhost"},
      {"Host: 127.0.0.1", "Host:127.0.0.1"},
      {"YaHTTP", "Ya\tHTTP"},
      {"YaHTTP", "Ya\nHTTP"},
  };
  for (const auto& [from, to] : changes) {
    CAPTURE(from, to);
    CHECK_FALSE(IsPlain(With(from, to)));
  }
}

}  // namespace
}  // namespace groupring::backend
