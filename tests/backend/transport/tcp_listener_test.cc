#include "backend/transport/tcp_listener.h"

#include <fcntl.h>

#include <string>

#include "tests/backend/transport/stream_client.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("port 0 becomes a free port, and connections reach it") {
  const auto listener = TcpListener::Open("127.0.0.1:0");
  REQUIRE(listener.ok());
  CHECK(listener->port() > 0);
  CHECK(listener->endpoint() ==
        "127.0.0.1:" + std::to_string(listener->port()));
  CHECK((fcntl(listener->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK_NOTHROW(StreamClient::ToLoopback(listener->port()));
}

TEST_CASE("localhost and IPv6 addresses can be listened on") {
  const auto localhost = TcpListener::Open("localhost:0");
  REQUIRE(localhost.ok());
  CHECK_NOTHROW(StreamClient::ToLoopback(localhost->port()));
  const auto six = TcpListener::Open("[::1]:0");
  // A machine may lack IPv6; the text was understood all the same.
  if (six.ok()) {
    CHECK(six->endpoint() == "[::1]:" + std::to_string(six->port()));
  } else {
    CHECK(std::string(six.status().message()).find("is not ADDRESS") ==
          std::string::npos);
  }
}

TEST_CASE("a port that is taken is an error of its own") {
  const auto first = TcpListener::Open("127.0.0.1:0");
  REQUIRE(first.ok());
  const auto second = TcpListener::Open(first->endpoint());
  CHECK(second.status().code() == absl::StatusCode::kAlreadyExists);
  CHECK(std::string(second.status().message()).find(first->endpoint()) == 0);
}

TEST_CASE("texts that are no endpoint are refused") {
  for (const char* text : {"", ":", "127.0.0.1", "127.0.0.1:", ":8470",
                           "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:999999", "::1:8470", "[127.0.0.1]:8470",
                           "[::1", "[]:1", "example.org:8470", "192.0.2.1:0"}) {
    CAPTURE(text);
    CHECK(TcpListener::Open(text).status().code() ==
          absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace groupring::backend
