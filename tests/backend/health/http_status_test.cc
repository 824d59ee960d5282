#include "backend/health/http_status.h"

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::string Read(std::string_view bytes, size_t piece) {
  HttpStatusReader reader;
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    reader.Feed(bytes.substr(at, piece));
  }
  if (!reader.error().empty()) return reader.error();
  return reader.status() ? std::to_string(reader.status()->code) + ": " +
                               reader.status()->line
                         : "nothing yet";
}

TEST_CASE("the status is read in pieces of any size") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "200: HTTP/1.1 200 OK"},
      {"HTTP/1.0 503 Service Unavailable\n",
       "503: HTTP/1.0 503 Service "
       "Unavailable"},
      {"HTTP/1.1 200\r\n", "200: HTTP/1.1 200"},
      {"HTTP/1.1 200 \r\n", "200: HTTP/1.1 200 "},
      {"HTTP/1.1 200 OK", "nothing yet"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n",
       "204: HTTP/1.1 204 No Content"},
      {"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 302 Found\r\n",
       "302: HTTP/1.1 302 Found"},
      {"HTTP/1.1 100 Continue\r\nHTTP/1.1 200 OK\r\n", "nothing yet"},
      {"220 ftp.example.org\r\n", "no status line of HTTP/1"},
      {"HTTP/2 200\r\n", "no status line of HTTP/1"},
      {"HTTP/1.x 200\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 20 OK\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 2000\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 099 x\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1  200 OK\r\n", "no status line of HTTP/1"},
      {"\r\n", "no status line of HTTP/1"}};
  for (const auto& [bytes, expected] : cases) {
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{3}}) {
      INFO(bytes << " in pieces of " << piece);
      CHECK(Read(bytes, piece) == expected);
    }
  }
}

TEST_CASE("an endless status line or interim head is given up") {
  CHECK(Read("HTTP/1.1 200 " + std::string(20000, 'x'), 1000) ==
        "no status within 16384 bytes");
  std::string interim = "HTTP/1.1 100 Continue\r\n";
  while (interim.size() < 20000) interim += "X: y\r\n";
  CHECK(Read(interim, 1000) == "no status within 16384 bytes");
}

}  // namespace
}  // namespace groupring::backend
